package clicklens_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/clicklens/clicklens/bindings/go"
)

func TestOpenNamesTheFile(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.clens")
	ok(t, os.WriteFile(text, []byte("no model"), 0o600))
	damaged := filepath.Join(folder, "damaged.clens")
	file := must[[]byte](t)(os.ReadFile(demoPath))
	file[len(file)-70000] ^= 1
	ok(t, os.WriteFile(damaged, file, 0o600))
	for path, status := range map[string]clicklens.Status{
		filepath.Join(folder, "absent.clens"): clicklens.ErrIO, text: clicklens.ErrBadFile,
	} {
		_, err := clicklens.Open(path)
		wants(t, err, status, path)
		var e *clicklens.Error
		if !errors.As(err, &e) || e.Status != status || e.Message == "" {
			t.Errorf("%#v", err)
		}
	}
	_, err := clicklens.Open(damaged, clicklens.WithFlags(clicklens.OpenVerifySegments))
	wants(t, err, clicklens.ErrChecksumMismatch, damaged)
	m := closing(t, must[*clicklens.Model](t)(clicklens.Open(damaged)))
	wants(t, m.Verify(), clicklens.ErrChecksumMismatch, "")
	_, err = clicklens.OpenBytes(file[:100])
	wants(t, err, clicklens.ErrBadFile, "")
	_, err = clicklens.OpenBytes(nil)
	wants(t, err, clicklens.ErrBadFile, "")
	_, err = clicklens.Open(demoPath, clicklens.WithLimits(clicklens.Limits{Nodes: 3}))
	wants(t, err, clicklens.ErrLimitExceeded, "nodes")
	_, err = clicklens.Open("a\x00b")
	wants(t, err, clicklens.ErrInvalidArgument, "zero byte")
}

func TestModelTells(t *testing.T) {
	m := openDemo(t, clicklens.WithAccess(clicklens.AccessCopy), clicklens.WithFlags(clicklens.OpenWarm|clicklens.OpenVerifySegments))
	ok(t, m.Verify())
	ok(t, m.Warm())
	if err := m.SelfTest(); err != nil && !errors.Is(err, clicklens.ErrNotFound) {
		t.Error(err)
	}
	info := m.Describe()
	if info.Name != "demo" || len(info.Features) != 10 || len(info.Groups) != 7 || info.InputWidth != 80 ||
		len(info.Layers) != 4 || info.Outputs[0].Name != "ctr" || info.Parameters != 95201 || len(info.Tables) != 10 {
		t.Errorf("%+v", info)
	}
	if v := info.Values[info.Layers[1].Value]; v.Width != 64 || v.Op != "relu" || v.Scope != clicklens.ScopePair {
		t.Errorf("%+v", v)
	}
	if text := must[string](t)(m.Graph(clicklens.GraphMermaid)); !strings.HasPrefix(text, "flowchart") && !strings.Contains(text, "user_id") {
		t.Errorf("%.80s", text)
	}
	_, err := m.FindValue("l9")
	wants(t, err, clicklens.ErrNotFound, "l9")
	if clicklens.Version() == "" || clicklens.ArithmeticVersion() < 1 || must[string](t)(clicklens.ISA()) == "" {
		t.Error("no version")
	}
}

func TestSessionErrors(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	for name, o := range map[string]clicklens.SessionOptions{
		"strands": {Strands: 1000}, "tile_rows": {TileRows: 5000},
	} {
		_, err := m.NewSession(in, &o)
		wants(t, err, clicklens.ErrInvalidArgument, name)
	}
	for _, o := range []clicklens.SessionOptions{{Strands: 1 << 32}, {Strands: -1}, {TileRows: 1<<32 + 8}, {ExitProbe: 1 << 32}} {
		_, err := m.NewSession(in, &o)
		wants(t, err, clicklens.ErrInvalidArgument, "4294967295") // what 32 bits leave of it is another number
	}
	_, err := m.NewSession(in, &clicklens.SessionOptions{Captures: []string{"l9"}})
	wants(t, err, clicklens.ErrNotFound, "l9")
	_, err = m.NewSession(in, &clicklens.SessionOptions{Precision: clicklens.PrecisionInt8, Gradients: clicklens.GradientsFull})
	wants(t, err, clicklens.ErrUnsupported, "")
	_, err = clicklens.NewInputs(clicklens.Input{Name: "a"}, clicklens.Input{Name: "a"})
	wants(t, err, clicklens.ErrInvalidArgument, "a")
	_, err = clicklens.NewInputs(clicklens.Input{Name: "a", Kind: 17})
	wants(t, err, clicklens.ErrInvalidArgument, "")
	wrong := closing(t, must[*clicklens.Inputs](t)(clicklens.NewInputs(clicklens.Input{Name: "user_id", Kind: clicklens.ColumnFloats})))
	_, err = m.NewSession(wrong, nil)
	wants(t, err, clicklens.ErrInvalidArgument, "user_id")
	_, err = m.NewPool(in, 0, nil)
	wants(t, err, clicklens.ErrInvalidArgument, "seats")
	if wrong.Index("user_id") != 0 || wrong.Index("ad_id") != -1 || len(wrong.All()) != 1 {
		t.Error("index")
	}
}

func TestBadBatches(t *testing.T) {
	m, s := demoSession(t, nil)
	change := func(input int, c clicklens.Column) func(*clicklens.Batch) {
		return func(b *clicklens.Batch) { b.Columns[input] = c }
	}
	three := []int64{1, 2, 3}
	ad := 3
	for name, c := range map[string]struct {
		do   func(*clicklens.Batch)
		part string
	}{
		"negative candidates": {func(b *clicklens.Batch) { b.Candidates = -1 }, "Candidates"},
		"one offset":          {func(b *clicklens.Batch) { b.Requests = []int64{0} }, "Requests"},
		"offsets beyond":      {func(b *clicklens.Batch) { b.Requests = []int64{0, 9} }, "request"},
		"keys":                {func(b *clicklens.Batch) { b.Keys = []uint64{1, 2} }, "Keys"},
		"no such input":       {change(0, clicklens.Keys(99, three)), "99"},
		"negative input":      {change(0, clicklens.Keys(-1, three)), "-1"},
		"input past 32 bits":  {change(0, clicklens.Keys(1<<32, three)), "column 0"},
		"input twice":         {change(0, clicklens.Keys(1, three[:1])), ""},
		"too few":             {change(ad, clicklens.Keys(ad, three[:2])), "ad_id"},
		"none":                {change(ad, clicklens.Keys[int64](ad, nil)), "ad_id"},
		"kind":                {change(ad, clicklens.Rows(ad, three)), "ad_id"},
		"strings":             {change(ad, clicklens.Strings(ad, []string{"a", "b", "c"})), "ad_id"},
		"lists too short":     {change(ad, clicklens.Keys(ad, three).Lists([]int64{0, 3})), "ad_id"},
		"lists too long":      {change(ad, clicklens.Keys(ad, three).Lists([]int64{0, 1, 2, 3, 3})), "ad_id"},
		"lists that fall":     {change(ad, clicklens.Keys(ad, three).Lists([]int64{0, 2, 1, 3})), "ad_id"},
		"lists past the end":  {change(ad, clicklens.Keys(ad, three).Lists([]int64{0, 1, 2, 4})), "ad_id"},
		"lists of nothing":    {change(ad, clicklens.Keys(ad, three).Lists(nil)), "ad_id"},
		"weights":             {change(ad, clicklens.Keys(ad, three).Weighted([]float32{1})), "ad_id"},
		"bitmap":              {change(ad, clicklens.Keys(ad, three).Valid([]byte{})), "ad_id"},
		"bitmap of elements":  {change(ad, clicklens.Keys(ad, three).ElementsValid([]byte{})), "ad_id"},
		"from before":         {change(ad, clicklens.Keys(ad, three).From(-1)), "ad_id"},
		"from behind":         {change(ad, clicklens.Keys(ad, three).From(1)), "ad_id"},
		"from far":            {change(ad, clicklens.Keys(ad, three).Lists([]int64{0, 1, 2, 3}).From(1<<62)), "ad_id"},
		"offsets that differ": {change(ad, clicklens.Lists(clicklens.StringData(ad, []byte("abc"), []int32{0, 1, 2, 3}), []int64{0, 1, 2, 3})), "ad_id"},
		"too many columns":    {func(b *clicklens.Batch) { b.Columns = append(b.Columns, b.Columns[0]) }, "columns"},
		"cache rows":          {func(b *clicklens.Batch) { b.CacheRows = []int64{0} }, "CacheRows"},
	} {
		b := small(m, 3)
		c.do(b)
		scores := []float32{7, 7, 7}
		err := s.ScoreInto(always, b, scores)
		if name == "cache rows" || err == nil || !errors.Is(err, clicklens.ErrInvalidArgument) {
			wants(t, err, clicklens.ErrBadBatch, c.part)
		} else if !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: %v", name, err)
		}
		if scores != nil && (scores[0] != 7 || scores[2] != 7) {
			t.Errorf("%s: scores were touched", name)
		}
	}
	wants(t, s.ScoreInto(always, small(m, 3), make([]float32, 2)), clicklens.ErrBufferTooSmall, "")
	wants(t, s.ScoreInto(always, small(m, 3), nil), clicklens.ErrBufferTooSmall, "")
	bad := &clicklens.Result{Captures: []clicklens.Capture{{Value: 1}}}
	wants(t, s.Run(always, small(m, 3), bad), clicklens.ErrInvalidArgument, "captures")
	if must[[]float32](t)(s.Score(always, small(m, 3)))[0] == 0 {
		t.Error("a session that failed scores nothing any more")
	}
}

func TestContexts(t *testing.T) {
	m, s := demoSession(t, nil)
	done, cancel := context.WithCancel(always)
	cancel()
	_, err := s.Score(done, small(m, 2))
	wants(t, err, context.Canceled, "")
	pool := closing(t, must[*clicklens.Pool](t)(m.NewPool(inputsOf(t, m), 1, nil)))
	_, err = pool.Score(done, small(m, 2))
	wants(t, err, context.Canceled, "")

	held, free := make(chan struct{}), make(chan struct{})
	finished := make(chan error, 1)
	go func() {
		finished <- pool.Do(always, func(*clicklens.Session) error {
			close(held)
			<-free
			return nil
		})
	}()
	<-held
	soon, stop := context.WithTimeout(always, time.Millisecond)
	defer stop()
	_, err = pool.Score(soon, small(m, 2)) // waits for the seat, in vain
	wants(t, err, context.DeadlineExceeded, "")
	close(free)
	ok(t, <-finished)
	must[[]float32](t)(pool.Score(always, small(m, 2)))
}

func TestClosed(t *testing.T) {
	m := must[*clicklens.Model](t)(clicklens.Open(demoPath))
	in := must[*clicklens.Inputs](t)(m.Inputs())
	s := must[*clicklens.Session](t)(m.NewSession(in, &clicklens.SessionOptions{Gradients: clicklens.GradientsFull, Cache: true}))
	pool := must[*clicklens.Pool](t)(m.NewPool(in, 2, nil))
	p := must[*clicklens.Profile](t)(m.NewProfile(nil))
	cache := must[*clicklens.Cache](t)(m.NewCache(in, &clicklens.CacheOptions{Rows: 10}))
	rows := must[*clicklens.ProbeRows](t)(m.NewProbeRows())
	b := small(m, 2)
	for range 2 {
		for _, c := range []closer{m, in} {
			ok(t, c.Close())
		}
	}
	must[[]float32](t)(s.Score(always, b)) // what was made lives on
	must[[]float32](t)(pool.Score(always, b))
	for range 2 {
		for _, c := range []closer{s, pool, p, cache, rows} {
			ok(t, c.Close())
		}
	}
	_, one := s.Score(always, b)
	_, two := pool.Score(always, b)
	_, three := m.NewSession(in, nil)
	_, four := p.MarshalBinary()
	_, five := cache.Fill(always, b, nil)
	_, six := s.Collect(p)
	_, seven := s.Flat(always, b)
	_, eight := m.NewProfile(nil)
	_, nine := clicklens.CompareProfiles(nil, []*clicklens.Profile{p}, p)
	_, ten := s.Settle()
	for _, err := range []error{one, two, three, four, five, six, seven, eight, nine, ten, m.Verify(), m.SelfTest(), p.Merge(p),
		s.AddMeans(always, b, &clicklens.Means{}), p.Add(always, s, b, nil), rows.Add(always, s, b, nil)} {
		wants(t, err, clicklens.ErrClosed, "Close")
		if !errors.Is(err, clicklens.ErrBadState) {
			t.Errorf("%v is not ErrBadState", err)
		}
	}
	if s.Bytes() != 0 || m.Describe().Name != "demo" {
		t.Error("closed")
	}
}

// What nobody closes is freed by the garbage collector.
func TestForgottenSessionsAreFreed(t *testing.T) {
	m := openDemo(t)
	in := inputsOf(t, m)
	before := residentBytes(t)
	var session uint64
	for range 120 {
		s := must[*clicklens.Session](t)(m.NewSession(in, &clicklens.SessionOptions{Gradients: clicklens.GradientsFull, TileRows: 256}))
		session = s.Bytes()
		must[[]float32](t)(s.Score(always, small(m, 1)))
		runtime.GC()
	}
	if grown := residentBytes(t) - before; grown > 30*int64(session) {
		t.Errorf("120 forgotten sessions of %d bytes: %d bytes more", session, grown)
	}
}

func residentBytes(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	var pages int64
	for _, digit := range strings.Fields(string(text))[1] {
		pages = 10*pages + int64(digit-'0')
	}
	return pages * int64(os.Getpagesize())
}
