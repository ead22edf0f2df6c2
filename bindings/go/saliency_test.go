package clicklens_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

func TestSaliencyIsThatOfTheCommandLine(t *testing.T) {
	path := day(t, 1)
	var command struct {
		Groups []struct {
			Group string
			Value float32
		}
		Features []struct {
			Feature string
			Value   float32
			IDs     []struct {
				Value float32 `json:"gradient_x_input"`
			}
		}
		Logit float32
	}
	const row = 1234
	commandJSON(t, &command, "saliency", demoPath, path, "--row", strconv.Itoa(row+1), "--reference", path)
	m, s := demoSession(t, &clicklens.SessionOptions{Gradients: clicklens.GradientsFull})
	d := readDay(t, path)
	b := d.whole(m)
	var means clicklens.Means
	ok(t, s.AddMeans(always, b, &means))
	if means.Rows != uint64(d.rows) {
		t.Fatalf("means of %d rows", means.Rows)
	}
	groups := len(m.Describe().Groups)
	spec := &clicklens.SaliencySpec{Means: means.Values()}
	r := &clicklens.Result{Kind: clicklens.Logit}
	values := make([]float32, d.rows*groups)
	ok(t, s.SaliencyInto(always, b, spec, values, r))
	var want []float32
	for i, g := range command.Groups {
		if g.Group != m.Describe().Groups[i] {
			t.Fatalf("group %d is %s", i, g.Group)
		}
		want = append(want, g.Value)
	}
	sameBits(t, "groups", values[row*groups:(row+1)*groups], want)
	sameBits(t, "logit", r.Scores[row:row+1], []float32{command.Logit})

	features := len(m.Describe().Features)
	spec.Level = clicklens.LevelFeature
	values = must[[]float32](t)(s.Saliency(always, b, spec))
	want = nil
	for _, f := range command.Features {
		want = append(want, f.Value)
	}
	sameBits(t, "features", values[row*features:(row+1)*features], want)

	byID := &clicklens.SaliencySpec{Method: clicklens.GradientXInput, Level: clicklens.LevelID}
	offsets := make([]uint64, d.rows+1)
	count := must[int](t)(s.SaliencySize(always, b, byID, offsets))
	values = must[[]float32](t)(s.Saliency(always, b, byID))
	if len(values) != count || offsets[d.rows] != uint64(count) {
		t.Fatalf("%d values, %d counted, offsets to %d", len(values), count, offsets[d.rows])
	}
	want = nil
	for _, f := range command.Features {
		for _, id := range f.IDs {
			want = append(want, id.Value)
		}
	}
	sameBits(t, "ids", values[offsets[row]:offsets[row+1]], want)
}

func TestDimensionsAddUpToGroups(t *testing.T) {
	m, s := demoSession(t, &clicklens.SessionOptions{Gradients: clicklens.GradientsFull, Captures: []string{"l2"}})
	b, info := small(m, 4), m.Describe()
	neuron := clicklens.SaliencySpec{Method: clicklens.GradientXInput, Target: clicklens.TargetNeuron,
		Value: must[int](t)(m.FindValue("l2")), Column: 3}
	for name, spec := range map[string]clicklens.SaliencySpec{
		"logit":       {Method: clicklens.GradientXInput},
		"probability": {Method: clicklens.GradientXInput, Target: clicklens.TargetProbability},
		"neuron":      neuron,
		"per request": {Method: clicklens.GradientXInput, PerRequest: true},
	} {
		groups := must[[]float32](t)(s.Saliency(always, b, &spec))
		spec.Level = clicklens.LevelDimension
		columns := must[[]float32](t)(s.Saliency(always, b, &spec))
		for c := range b.Candidates {
			sums := make([]float64, len(info.Groups))
			for f, feature := range info.Features {
				end := info.InputWidth
				if f+1 < len(info.Features) {
					end = info.Features[f+1].InputBegin
				}
				for k := feature.InputBegin; k < end; k++ {
					sums[feature.GroupIndex] += float64(columns[c*info.InputWidth+k])
				}
			}
			for g, sum := range sums {
				if spec.PerRequest && info.Groups[g] == "context" { // of both scopes: sums are of its hour alone
					continue
				}
				if got := float64(groups[c*len(sums)+g]); math.Abs(got-sum) > 1e-5*(1+math.Abs(sum)) {
					t.Errorf("%s: candidate %d, group %s: %v, its columns add up to %v", name, c, info.Groups[g], got, sum)
				}
			}
		}
	}
	covered := must[[]uint8](t)(s.Coverage(always, b))
	if len(covered) != 4*len(info.Features) || covered[0] != 1 {
		t.Errorf("coverage %v", covered)
	}
}

func TestGroupGradients(t *testing.T) {
	m, s := demoSession(t, &clicklens.SessionOptions{Gradients: clicklens.GradientsFull})
	fast := closing(t, must[*clicklens.Session](t)(m.NewSession(inputsOf(t, m),
		&clicklens.SessionOptions{Gradients: clicklens.GradientsGroups})))
	b, spec := small(m, 50), &clicklens.SaliencySpec{Method: clicklens.GradientXInput}
	want, got := must[[]float32](t)(s.Saliency(always, b, spec)), must[[]float32](t)(fast.Saliency(always, b, spec))
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-5 {
			t.Fatalf("value %d: %v, not %v", i, got[i], want[i])
		}
	}
	_, err := fast.Saliency(always, b, &clicklens.SaliencySpec{Method: clicklens.GradientL1})
	wants(t, err, clicklens.ErrUnsupported, "")
	_, none := demoSession(t, nil)
	_, err = none.Saliency(always, b, spec)
	wants(t, err, clicklens.ErrBadState, "gradients")
	_, err = s.Saliency(always, b, &clicklens.SaliencySpec{})
	wants(t, err, clicklens.ErrInvalidArgument, "mean")
	_, err = s.Saliency(always, b, &clicklens.SaliencySpec{Task: -1})
	wants(t, err, clicklens.ErrInvalidArgument, "task")
}

func TestIntegratedGradientsAddUp(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	e := closing(t, must[*clicklens.Explainer](t)(m.NewExplainer(in, nil)))
	b := small(m, 5)
	spec := &clicklens.AttributionSpec{Steps: 256}
	all := must[*clicklens.Attributions](t)(e.Run(always, b, spec))
	groups := len(m.Describe().Groups)
	for c, a := range all.Candidates {
		var sum float64
		for _, v := range all.Values[c*groups : (c+1)*groups] {
			sum += float64(v)
		}
		if math.Abs(sum-(a.Score-a.Baseline)) > 1e-2*(1+math.Abs(sum)) || a.Steps != 256 {
			t.Errorf("candidate %d: parts of %v add up to %v: %+v", c, a.Score-a.Baseline, sum, a)
		}
	}
	pooled := must[[]float32](t)(e.Inputs(always, b))
	spec.Baselines = pooled // each its own: nothing is left to be attributed
	for _, v := range must[*clicklens.Attributions](t)(e.Run(always, b, spec)).Values {
		if v != 0 {
			t.Errorf("%v", v)
		}
	}
	spec.Steps = 5000
	_, err := e.Run(always, b, spec)
	wants(t, err, clicklens.ErrInvalidArgument, "steps")
	spec = &clicklens.AttributionSpec{Baselines: pooled[1:]}
	_, err = e.Run(always, b, spec)
	wants(t, err, clicklens.ErrInvalidArgument, "baselines")
	ok(t, e.Close())
	ok(t, e.Close())
	_, err = e.Run(always, b, &clicklens.AttributionSpec{})
	wants(t, err, clicklens.ErrClosed, "Close")
}
