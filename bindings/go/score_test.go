package clicklens_test

import (
	"context"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

func sameBits(t testing.TB, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, not %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: number %d is %v, not %v", what, i, got[i], want[i])
		}
	}
}

func commandScores(t testing.TB, arguments ...string) []float32 {
	t.Helper()
	var scores []float32
	for _, line := range strings.Fields(string(runCommand(t, append([]string{"score", demoPath}, arguments...)...))) {
		scores = append(scores, float32(must[float64](t)(strconv.ParseFloat(line, 32))))
	}
	return scores
}

func TestScoresAreThoseOfTheCommandLine(t *testing.T) {
	path := day(t, 1)
	want := commandScores(t, path)
	m, s := demoSession(t, nil)
	d := readDay(t, path)
	if d.rows != 2000 || len(want) != 2000 {
		t.Fatalf("%d rows, %d scores", d.rows, len(want))
	}
	sameBits(t, "one batch", must[[]float32](t)(s.Score(always, d.whole(m))), want)

	var pieces []float32 // of any cut: a request in two parts too
	for begin := 0; begin < d.rows; begin += 333 {
		scores := must[[]float32](t)(s.Score(always, d.batch(m, begin, min(begin+333, d.rows))))
		pieces = append(pieces, scores...)
	}
	sameBits(t, "pieces", pieces, want)

	strands := closing(t, must[*clicklens.Session](t)(m.NewSession(inputsOf(t, m), &clicklens.SessionOptions{Strands: 3})))
	sameBits(t, "three strands", must[[]float32](t)(strands.Score(always, d.whole(m))), want)

	int8 := closing(t, must[*clicklens.Session](t)(m.NewSession(inputsOf(t, m),
		&clicklens.SessionOptions{Precision: clicklens.PrecisionInt8})))
	sameBits(t, "int8", must[[]float32](t)(int8.Score(always, d.whole(m))), commandScores(t, path, "--precision", "int8"))
}

func TestLogitsAndCounts(t *testing.T) {
	m, s := demoSession(t, &clicklens.SessionOptions{Captures: []string{"l3", "user_sum"}})
	b := small(m, 5)
	r := s.NewResult()
	r.Kind = clicklens.Logit
	ok(t, s.Run(always, b, r))
	logits := make([]float32, 5)
	ok(t, s.LogitsInto(always, b, logits))
	sameBits(t, "logits", r.Scores, logits)
	for i, p := range must[[]float32](t)(s.Score(always, b)) {
		if want := 1 / (1 + math.Exp(-float64(logits[i]))); math.Abs(float64(p)-want) > 1e-6 {
			t.Errorf("probability %v of logit %v", p, logits[i])
		}
	}
	layer, user := r.Captures[0], r.Captures[1]
	if layer.Rows != 5 || layer.Scope == clicklens.ScopeRequest || len(layer.Data) != 5*16 {
		t.Errorf("l3: %d rows of scope %d, %d numbers", layer.Rows, layer.Scope, len(layer.Data))
	}
	if user.Rows != 1 || user.Scope != clicklens.ScopeRequest || len(user.Data) != 8 {
		t.Errorf("user_sum: %d rows of scope %d, %d numbers", user.Rows, user.Scope, len(user.Data))
	}
	if r.Counts.Unknown == 0 { // memo's ids are those of its days
		t.Errorf("nothing unknown: %+v", r.Counts)
	}

	// The score is what the last linear makes of l3.
	weights := capturedLinear(t, m, s, b)
	for c := range 5 {
		if math.Abs(weights(layer.Data[c*16:c*16+16])-float64(logits[c])) > 1e-4 {
			t.Errorf("candidate %d: layer l3 and logit do not go together", c)
		}
	}
}

// capturedLinear finds the last linear, an affine function of l3, by least squares over many candidates.
func capturedLinear(t testing.TB, m *clicklens.Model, s *clicklens.Session, _ *clicklens.Batch) func([]float32) float64 {
	t.Helper()
	const n = 400
	b := small(m, n)
	r := &clicklens.Result{Kind: clicklens.Logit, Captures: []clicklens.Capture{{Value: must[int](t)(m.FindValue("l3"))}}}
	for i, f := range m.Describe().Features {
		if f.Scope != clicklens.ScopeRequest {
			values := make([]int64, n)
			for k := range values {
				values[k] = int64(k*(i+3)*7919) % 400
			}
			b.Columns[i] = clicklens.Keys(i, values)
		}
	}
	ok(t, s.Run(always, b, r))
	const w = 17
	var a [w][w + 1]float64
	for row := range n {
		x := [w]float64{16: 1}
		for j := range 16 {
			x[j] = float64(r.Captures[0].Data[row*16+j])
		}
		for i := range w {
			for j := range w {
				a[i][j] += x[i] * x[j]
			}
			a[i][w] += x[i] * float64(r.Scores[row])
		}
	}
	for i := range w { // a ridge for neurons that are never on
		a[i][i] += 1e-9
	}
	for i := range w {
		for k := i + 1; k < w; k++ {
			factor := a[k][i] / a[i][i]
			for j := i; j <= w; j++ {
				a[k][j] -= factor * a[i][j]
			}
		}
	}
	var x [w]float64
	for i := w - 1; i >= 0; i-- {
		x[i] = a[i][w]
		for j := i + 1; j < w; j++ {
			x[i] -= a[i][j] * x[j]
		}
		x[i] /= a[i][i]
	}
	return func(layer []float32) float64 {
		sum := x[16]
		for j, v := range layer {
			sum += x[j] * float64(v)
		}
		return sum
	}
}

func TestStringsListsAndFlatFormGiveTheSameScores(t *testing.T) {
	m, s := demoSession(t, nil)
	b := small(m, 6)
	want := must[[]float32](t)(s.Score(always, b))
	narrow := *b
	narrow.Columns = append([]clicklens.Column(nil), b.Columns...)
	user := m.Describe().Features[0]
	if user.Scope != clicklens.ScopeRequest {
		t.Fatal("the demo's first feature is the user")
	}
	narrow.Columns[0] = clicklens.Lists(clicklens.Keys(0, []uint8{0}), []int32{0, 1})
	sameBits(t, "a list of one", must[[]float32](t)(s.Score(always, &narrow)), want)
	narrow.Columns[0] = clicklens.Keys(0, []int16{99, 0}).From(1)
	sameBits(t, "an entry before the first", must[[]float32](t)(s.Score(always, &narrow)), want)
	narrow.Columns[0] = clicklens.Keys(0, []int32{7}).Valid([]byte{0})
	missing := must[[]float32](t)(s.Score(always, &narrow))
	narrow.Columns = narrow.Columns[1:]
	sameBits(t, "no column", must[[]float32](t)(s.Score(always, &narrow)), missing)

	flat := must[[]byte](t)(s.Flat(always, b))
	got := make([]float32, 6)
	ok(t, s.FlatScoreInto(always, flat, clicklens.Probability, got))
	sameBits(t, "flat", got, want)
	ok(t, s.FlatScoreInto(always, append([]byte{0}, flat...)[1:], clicklens.Probability, got))
	flat[0] ^= 1
	wants(t, s.FlatScoreInto(always, flat, clicklens.Probability, got), clicklens.ErrBadBatch, "CLNSFLAT")
	wants(t, s.FlatScoreInto(always, nil, clicklens.Probability, got), clicklens.ErrBadBatch, "")
}

func TestNoCandidates(t *testing.T) {
	m, s := demoSession(t, &clicklens.SessionOptions{Gradients: clicklens.GradientsFull})
	b := &clicklens.Batch{}
	if scores := must[[]float32](t)(s.Score(always, b)); len(scores) != 0 {
		t.Errorf("%v", scores)
	}
	spec := &clicklens.SaliencySpec{Method: clicklens.GradientXInput}
	if values := must[[]float32](t)(s.Saliency(always, b, spec)); len(values) != 0 {
		t.Errorf("%v", values)
	}
	many := small(m, 3)
	many.Requests = []int64{0, 0, 3, 3} // requests of no candidates
	many.Keys = []uint64{1, 2, 3}
	for i, f := range m.Describe().Features {
		if f.Scope == clicklens.ScopeRequest {
			many.Columns[i] = clicklens.Keys(i, []int64{9, int64(i), 9})
		}
	}
	sameBits(t, "beside empty requests", must[[]float32](t)(s.Score(always, many)),
		must[[]float32](t)(s.Score(always, small(m, 3))))
}

func TestScoringAllocatesNothing(t *testing.T) {
	m, s := demoSession(t, &clicklens.SessionOptions{Gradients: clicklens.GradientsFull, Captures: []string{"l1", "l3"}})
	b := small(m, 200)
	ctx, cancel := context.WithCancel(always)
	defer cancel()
	scores, values := make([]float32, 200), make([]float32, 200*len(m.Describe().Groups))
	r, spec := s.NewResult(), &clicklens.SaliencySpec{Method: clicklens.GradientXInput}
	pool := closing(t, must[*clicklens.Pool](t)(m.NewPool(inputsOf(t, m), 2, nil)))
	texts := *b
	texts.Columns = append([]clicklens.Column{clicklens.Lists(clicklens.Keys(0, []int32{0}), []int32{0, 1})}, b.Columns[1:]...)
	for name, run := range map[string]func() error{
		"ScoreInto":      func() error { return s.ScoreInto(ctx, b, scores) },
		"Run":            func() error { return s.Run(ctx, b, r) },
		"SaliencyInto":   func() error { return s.SaliencyInto(ctx, b, spec, values, r) },
		"Pool.ScoreInto": func() error { return pool.ScoreInto(ctx, b, scores) },
		"lists":          func() error { return s.ScoreInto(ctx, &texts, scores) },
		"columns made anew": func() error {
			texts.Columns[1] = clicklens.Keys(1, scores32[:1])
			return s.ScoreInto(ctx, &texts, scores)
		},
	} {
		var err error
		n := testing.AllocsPerRun(100, func() {
			if failure := run(); failure != nil {
				err = failure
			}
		})
		ok(t, err)
		if n != 0 {
			t.Errorf("%s: %v allocations a run", name, n)
		}
	}
}

var scores32 = make([]int32, 8)

func TestOpenBytesScoresAlike(t *testing.T) {
	file := must[[]byte](t)(os.ReadFile(demoPath))
	m := closing(t, must[*clicklens.Model](t)(clicklens.OpenBytes(file)))
	clear(file) // it was copied
	s := closing(t, must[*clicklens.Session](t)(m.NewSession(inputsOf(t, m), nil)))
	mapped, ms := demoSession(t, nil)
	sameBits(t, "bytes", must[[]float32](t)(s.Score(always, small(m, 9))),
		must[[]float32](t)(ms.Score(always, small(mapped, 9))))
}
