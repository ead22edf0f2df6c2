package clicklens_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

// profiled is a day's profile, made in pieces.
func profiled(t testing.TB, m *clicklens.Model, path string, o *clicklens.ProfileOptions, pieces int) *clicklens.Profile {
	t.Helper()
	s := closing(t, must[*clicklens.Session](t)(m.NewSession(inputsOf(t, m), &clicklens.SessionOptions{
		Observed: must[[]string](t)(m.ProfileValues(o)), Gradients: clicklens.GradientsFull})))
	d := readDay(t, path)
	labels, users := d.labels(), d.one("user_id")
	whole := closing(t, must[*clicklens.Profile](t)(m.NewProfile(o)))
	for i := range pieces {
		begin, end := d.rows*i/pieces, d.rows*(i+1)/pieces
		clusters := make([]uint64, end-begin)
		for k := range clusters {
			clusters[k] = uint64(users[begin+k])
		}
		part := closing(t, must[*clicklens.Profile](t)(m.NewProfile(o)))
		b := d.batch(m, begin, end)
		b.Keys = nil // a request in two parts has two places to be drawn by: rows go by their number
		ok(t, part.Add(always, s, b,
			&clicklens.RowInfo{Labels: labels[begin:end], Clusters: clusters, FirstRow: uint64(begin)}))
		ok(t, whole.Merge(part))
	}
	return whole
}

func TestProfilesAreThoseOfTheCommandLine(t *testing.T) {
	path := day(t, 1)
	file := filepath.Join(t.TempDir(), "day.clprofile")
	runCommand(t, "profile", demoPath, path, "--single-rows", "--no-neurons", "--out", file)
	want := must[[]byte](t)(os.ReadFile(file))
	m := openDemo(t)
	theirs := closing(t, must[*clicklens.Profile](t)(clicklens.LoadProfile(m, want)))
	info := must[clicklens.ProfileInfo](t)(theirs.Describe())
	if info.Rows != 2000 || info.Clicks == 0 || info.Tasks[0] != "ctr" || len(info.Groups) != 7 {
		t.Fatalf("%+v", info)
	}
	if again := must[[]byte](t)(theirs.MarshalBinary()); !bytes.Equal(again, want) {
		t.Error("a file that is read and written is another one")
	}
	o := &clicklens.ProfileOptions{Sections: info.Sections}
	ours := profiled(t, m, path, o, 3)
	a, b := must[[]clicklens.Neuron](t)(ours.Columns(clicklens.PartScores)), must[[]clicklens.Neuron](t)(theirs.Columns(clicklens.PartScores))
	if a[0].Mean != b[0].Mean || a[0].SD != b[0].SD || a[0].MeanSE != b[0].MeanSE || a[0].AUC != b[0].AUC || a[0].Rows != 2000 {
		t.Errorf("%+v\n%+v", a[0], b[0])
	}
	for i := range info.Features {
		f, g := must[clicklens.ProfiledFeature](t)(ours.Feature(i)), must[clicklens.ProfiledFeature](t)(theirs.Feature(i))
		if f.Name != g.Name || f.IDs != g.IDs || f.Unknown != g.Unknown || f.Distinct != g.Distinct || f.Lengths != g.Lengths {
			t.Errorf("%+v\n%+v", f, g)
		}
	}
	quantiles := must[[]float64](t)(ours.Quantiles(clicklens.PartScores, 0, .5, 1))
	if quantiles[0] < a[0].Minimum || quantiles[2] > a[0].Maximum || quantiles[1] < quantiles[0] || quantiles[1] > quantiles[2] {
		t.Errorf("quantiles %v of %v to %v", quantiles, a[0].Minimum, a[0].Maximum)
	}
	_, err := clicklens.LoadProfile(m, want[:len(want)/2])
	wants(t, err, clicklens.ErrBadFile, "")
	_, err = ours.Columns(clicklens.PartSaliency)
	wants(t, err, clicklens.ErrNotFound, "")
	_, err = ours.Columns(99)
	wants(t, err, clicklens.ErrInvalidArgument, "")
}

func TestMergedPartsAreTheWhole(t *testing.T) {
	m, path := openDemo(t), day(t, 2)
	o := &clicklens.ProfileOptions{Sections: clicklens.ProfileScores | clicklens.ProfileFeatures | clicklens.ProfileNeurons}
	whole := must[[]byte](t)(profiled(t, m, path, o, 1).MarshalBinary())
	if parts := must[[]byte](t)(profiled(t, m, path, o, 7).MarshalBinary()); !bytes.Equal(parts, whole) {
		t.Error("seven parts are not the whole")
	}
	other := closing(t, must[*clicklens.Profile](t)(m.NewProfile(nil)))
	wants(t, other.Merge(profiled(t, m, path, o, 1)), clicklens.ErrInvalidArgument, "sections")
}

func TestLiveProfileOfAPool(t *testing.T) {
	m, path := openDemo(t), day(t, 1)
	in := inputsOf(t, m)
	_, explain := demoSession(t, &clicklens.SessionOptions{Gradients: clicklens.GradientsFull})
	d := readDay(t, path)
	var means clicklens.Means
	ok(t, explain.AddMeans(always, d.whole(m), &means))
	o := &clicklens.ProfileOptions{Sections: clicklens.ProfileScores | clicklens.ProfileFeatures | clicklens.ProfileSaliency,
		Means: means.Values(), MostRows: 100, WaitingRows: 400}
	pool := closing(t, must[*clicklens.Pool](t)(m.NewPool(in, 2, &clicklens.SessionOptions{
		Gradients: clicklens.GradientsFull, Profile: o})))
	live := closing(t, must[*clicklens.Profile](t)(m.NewProfile(o)))
	collecting := make(chan error, 1)
	stop := make(chan struct{})
	go func() { // as a scraper does
		for {
			select {
			case <-stop:
				collecting <- nil
				return
			default:
				if _, err := pool.Settle(); err != nil {
					collecting <- err
					return
				}
				if _, err := pool.Collect(live); err != nil {
					collecting <- err
					return
				}
			}
		}
	}()
	for begin := 0; begin < d.rows; begin += 100 {
		must[[]float32](t)(pool.Score(always, d.batch(m, begin, begin+100)))
	}
	close(stop)
	ok(t, <-collecting)
	for range 3 { // what the last runs saw may come with the next calls
		must[uint64](t)(pool.Collect(live))
		b := d.batch(m, 0, 0)
		b.Requests, b.Keys = nil, nil
		ok(t, pool.Do(always, func(s *clicklens.Session) error { _, err := s.Score(always, b); return err }))
	}
	info := must[clicklens.ProfileInfo](t)(live.Describe())
	if info.Rows != 2000 || info.Seen != 2000 || info.Labelled != 0 {
		t.Fatalf("%+v", info)
	}
	var sum float64
	for i := range info.Groups {
		share, _, err := live.Share(i)
		ok(t, err)
		sum += share
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("shares add up to %v", sum)
	}
	var text bytes.Buffer
	ok(t, live.WritePrometheus(&text))
	holdToPrometheus(t, text.String())
	if !strings.Contains(text.String(), "clicklens_profile_rows_total 2000\n") ||
		!strings.Contains(text.String(), `clicklens_profile_unknown_total{feature="memo"} 2000`) && !strings.Contains(text.String(), `clicklens_profile_unknown_total{feature="memo"}`) {
		t.Error(text.String())
	}
	plain := closing(t, must[*clicklens.Session](t)(m.NewSession(in, nil)))
	_, err := plain.Collect(live)
	wants(t, err, clicklens.ErrBadState, "")
	_, err = plain.Settle()
	wants(t, err, clicklens.ErrBadState, "profile")
}

// holdToPrometheus reads the text format 0.0.4: every sample belongs to the family above it.
func holdToPrometheus(t testing.TB, text string) {
	t.Helper()
	sample := regexp.MustCompile(`^([a-z_]+)(?:\{([a-z]+="(?:[^"\\\n]|\\["\\n])*")(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? (\S+)$`)
	family, seen := "", map[string]bool{}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if rest, is := strings.CutPrefix(line, "# TYPE "); is {
			fields := strings.Fields(rest)
			if seen[fields[0]] || fields[1] != "counter" && fields[1] != "gauge" {
				t.Errorf("%q", line)
			}
			family = fields[0]
			seen[family] = true
		} else if !strings.HasPrefix(line, "# HELP ") {
			parts := sample.FindStringSubmatch(line)
			if parts == nil || parts[1] != family {
				t.Errorf("no sample of %s: %q", family, line)
				continue
			}
			if _, err := strconv.ParseFloat(parts[3], 64); err != nil {
				t.Errorf("%q: %v", line, err)
			}
			if seen[line[:len(line)-len(parts[3])]+"#"] {
				t.Errorf("%q: twice", line)
			}
			seen[line[:len(line)-len(parts[3])]+"#"] = true
		}
	}
}

func TestDriftIsThatOfTheCommandLine(t *testing.T) {
	m := openDemo(t)
	o := &clicklens.ProfileOptions{Sections: clicklens.ProfileScores | clicklens.ProfileFeatures | clicklens.ProfileNeurons}
	one, two, three := profiled(t, m, day(t, 1), o, 1), profiled(t, m, day(t, 2), o, 1), profiled(t, m, day(t, 3), o, 1)
	drift := must[*clicklens.Drift](t)(clicklens.CompareProfiles(m, []*clicklens.Profile{one, two}, three))
	folder := t.TempDir()
	arguments := []string{"drift"}
	for i, p := range []*clicklens.Profile{one, two, three} {
		path := filepath.Join(folder, strconv.Itoa(i))
		ok(t, os.WriteFile(path, must[[]byte](t)(p.MarshalBinary()), 0o600))
		arguments = append(arguments, path)
	}
	var command struct {
		Measures []struct {
			Name           string
			Reference      *float64
			Live           *float64
			Effect, Q, PSI *float64
		}
	}
	commandJSON(t, &command, append(arguments, "--model", demoPath)...)
	if len(drift.Measures) == 0 || drift.LiveRows != 2000 || drift.ReferenceRows != 4000 || len(drift.Traces) == 0 ||
		len(drift.Traces[0].Groups) != 7 {
		t.Fatalf("%+v", drift)
	}
	if len(command.Measures) != len(drift.Measures) {
		t.Fatalf("%d measures, the command has %d", len(drift.Measures), len(command.Measures))
	}
	same := func(a float64, b *float64) bool { return b == nil && a-a != 0 || b != nil && a == *b }
	for i, m := range drift.Measures {
		c := command.Measures[i]
		if m.Name != c.Name || !same(m.Reference, c.Reference) || !same(m.Live, c.Live) || !same(m.Effect, c.Effect) || !same(m.Q, c.Q) {
			t.Fatalf("measure %d: %+v, not %+v", i, m, c)
		}
	}
	if itself := must[*clicklens.Drift](t)(clicklens.CompareProfiles(nil, []*clicklens.Profile{one}, one)); len(itself.Findings()) != 0 {
		t.Errorf("a day differs from itself: %+v", itself.Findings())
	}
	_, err := clicklens.CompareProfiles(m, nil, one)
	wants(t, err, clicklens.ErrInvalidArgument, "")
}

func TestProbesBesideScores(t *testing.T) {
	folder := t.TempDir()
	file, attached := filepath.Join(folder, "probe"), filepath.Join(folder, "attached.clens")
	runCommand(t, "probe", demoPath, "--fit", day(t, 2), "--eval", day(t, 3), "--save", file, "--attach", attached, "--draws", "1")
	m, s := demoSession(t, nil)
	_, err := m.Probe()
	wants(t, err, clicklens.ErrNotFound, "")
	probe := closing(t, must[*clicklens.Probe](t)(m.OpenProbe(file)))
	infos := must[[]clicklens.ProbeInfo](t)(probe.Describe())
	if len(infos) != 5 || infos[1].Name != "l1" || infos[1].Width != 64 || infos[1].Rows == 0 || !infos[1].Converged {
		t.Fatalf("%+v", infos)
	}
	in := inputsOf(t, m)
	probing := closing(t, must[*clicklens.Session](t)(m.NewSession(in, &clicklens.SessionOptions{Probe: probe})))
	d := readDay(t, day(t, 3))
	b := d.whole(m)
	r := &clicklens.Result{}
	ok(t, probing.Run(always, b, r))
	sameBits(t, "scores", r.Scores, must[[]float32](t)(s.Score(always, b)))

	exiting := closing(t, must[*clicklens.Session](t)(m.NewSession(in, &clicklens.SessionOptions{Probe: probe, ExitProbe: 2, ExitBound: -3})))
	early := &clicklens.Result{Kind: clicklens.Logit}
	ok(t, exiting.Run(always, b, early))
	var exited uint64
	for c := range b.Candidates {
		if logit := r.ProbeLogits[c*5+1]; logit < -3 {
			exited++
			if early.Scores[c] != logit {
				t.Fatalf("candidate %d stopped at %v with %v", c, logit, early.Scores[c])
			}
		}
	}
	if exited == 0 || early.Exited != exited {
		t.Errorf("%d stopped, %d were below the bound", early.Exited, exited)
	}

	watching := closing(t, must[*clicklens.Session](t)(m.NewSession(in, &clicklens.SessionOptions{
		Observed: []string{"emb", "l1", "l2", "l3", "ctr"}})))
	rows := closing(t, must[*clicklens.ProbeRows](t)(m.NewProbeRows()))
	ok(t, rows.Add(always, watching, b, &clicklens.RowInfo{Labels: d.labels()}))
	metrics, r2, err := probe.Evaluate(1, rows)
	ok(t, err)
	if want := auc(r.ProbeLogits[1:], 5, d.labels()); math.Abs(metrics.AUC-want) > 1e-6 || !math.IsNaN(r2) || metrics.Rows != 2000 {
		t.Errorf("AUC %v, by counting pairs %v; r2 %v", metrics.AUC, want, r2)
	}
	_, _, err = probe.Evaluate(9, rows)
	wants(t, err, clicklens.ErrInvalidArgument, "")
	carried := closing(t, must[*clicklens.Model](t)(clicklens.Open(attached)))
	inside := closing(t, must[*clicklens.Probe](t)(carried.Probe()))
	if got := must[[]clicklens.ProbeInfo](t)(inside.Describe()); got[1] != infos[1] {
		t.Errorf("%+v", got)
	}
	_, err = m.NewSession(in, &clicklens.SessionOptions{Probe: probe, ExitProbe: 9})
	wants(t, err, clicklens.ErrInvalidArgument, "")
}

// auc counts pairs.
func auc(logits []float32, stride int, labels []uint8) float64 {
	var right, pairs float64
	for i, one := range labels {
		for k, other := range labels {
			if one == 1 && other == 0 {
				pairs++
				if a, b := logits[i*stride], logits[k*stride]; a > b {
					right++
				} else if a == b {
					right += .5
				}
			}
		}
	}
	return right / pairs
}

func TestRecordedRequestsReplay(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	prefix := filepath.Join(t.TempDir(), "served")
	recorder := must[*clicklens.Recorder](t)(m.NewRecorder(in, prefix, &clicklens.RecorderOptions{FileBytes: 40000}))
	defer recorder.Close()
	pool := closing(t, must[*clicklens.Pool](t)(m.NewPool(in, 2, &clicklens.SessionOptions{Recorder: recorder})))
	d := readDay(t, day(t, 1))
	scores := map[uint64][]float32{}
	for begin := 0; begin < d.rows; begin += 100 {
		b := d.batch(m, begin, begin+100)
		for i := range b.Keys {
			b.Keys[i] += uint64(begin) << 32 // requests that are cut in two have two keys
		}
		got := must[[]float32](t)(pool.Score(always, b))
		for i, key := range b.Keys {
			scores[key] = got[b.Requests[i]:b.Requests[i+1]]
		}
		ok(t, recorder.Flush())
	}
	stats := must[clicklens.RecorderStats](t)(recorder.Stats())
	if stats.Offered != uint64(len(scores)) || stats.Sampled != stats.Offered || stats.Dropped+stats.Lost != 0 || stats.FilesCreated < 2 {
		t.Errorf("%+v", stats)
	}
	_, plain := demoSession(t, nil)
	unkeyed := small(m, 2)
	unkeyed.Keys = nil
	_, err := pool.Score(always, unkeyed)
	wants(t, err, clicklens.ErrInvalidArgument, "Keys")
	ok(t, recorder.Close())
	_, err = pool.Score(always, small(m, 2))
	wants(t, err, clicklens.ErrClosed, "")

	files := must[[]string](t)(filepath.Glob(prefix + "-*.clrec"))
	rows := 0
	for _, file := range files {
		recording := closing(t, must[*clicklens.Recording](t)(clicklens.OpenRecording(file)))
		info := must[clicklens.RecordingInfo](t)(recording.Describe())
		if info.Model != m.Describe().ID || info.Tasks != 1 || len(info.Inputs) != 10 || info.Inputs[3].Name != "ad_id" {
			t.Fatalf("%+v", info)
		}
		for {
			record, err := recording.Next()
			if err != nil {
				wants(t, err, clicklens.ErrNotFound, "")
				break
			}
			again := make([]float32, record.Candidates)
			ok(t, plain.FlatScoreInto(always, record.Flat, record.Kind, again))
			sameBits(t, "replayed", again, record.Scores)
			rows += record.Candidates
		}
	}
	if rows != d.rows {
		t.Errorf("%d rows of %d were recorded", rows, d.rows)
	}
	runCommand(t, append([]string{"replay", "--model", demoPath, "--check"}, files...)...)
}
