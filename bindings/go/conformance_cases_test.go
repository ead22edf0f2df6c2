package clicklens_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/clicklens/clicklens/bindings/go"
)

func (c *conformanceCase) score() error {
	_, b, s, err := c.made(c.options())
	if err != nil {
		return err
	}
	if c.Capacity != nil {
		return s.ScoreInto(always, b, make([]float32, *c.Capacity))
	}
	r := s.NewResult()
	r.Kind = c.kind()
	if err := s.Run(always, b, r); err != nil {
		return err
	}
	c.equal("scores", r.Scores, c.Expect.Scores)
	if want := c.Expect.Counts; want != nil {
		c.same("counts", r.Counts, clicklens.Counts{Missing: want.Missing, Unknown: want.Unknown, Cut: want.Cut,
			BadValues: want.BadValues, NonFinite: want.NonFinite})
	}
	for i, want := range c.Expect.Captures {
		got := r.Captures[i]
		c.same("rows of "+c.Captures[i], got.Rows, want.Rows)
		c.same("scope of "+c.Captures[i], got.Scope == clicklens.ScopeRequest, want.Scope == "request")
		c.same("width of "+c.Captures[i], len(got.Data), want.Rows*want.Width)
		c.equal(c.Captures[i], got.Data, want.Values)
	}
	return nil
}

func (c *conformanceCase) saliency() error {
	o := c.options()
	if c.Target == "neuron" {
		o.Captures = append(o.Captures, c.Value)
	}
	m, b, s, err := c.made(o)
	if err != nil {
		return err
	}
	spec := &clicklens.SaliencySpec{Method: saliencyMethods[c.Method], Level: levels[c.Level], Target: targets[c.Target],
		Task: c.Task, Column: c.Column, PerRequest: c.PerRequest, Means: floatsOf(c.Means)}
	if c.Target == "neuron" {
		if spec.Value, err = m.FindValue(c.Value); err != nil {
			return err
		}
	}
	values, err := s.Saliency(always, b, spec)
	if err != nil {
		return err
	}
	c.equal("values", values, c.Expect.Values)
	if c.Expect.Offsets != nil {
		offsets := make([]uint64, b.Candidates+1)
		if _, err := s.SaliencySize(always, b, spec, offsets); err != nil {
			return err
		}
		c.same("offsets", offsets, c.Expect.Offsets)
	}
	return nil
}

func (c *conformanceCase) means() error {
	_, b, s, err := c.made(&clicklens.SessionOptions{Gradients: clicklens.GradientsFull})
	if err != nil {
		return err
	}
	var means clicklens.Means
	if err := s.AddMeans(always, b, &means); err != nil {
		return err
	}
	c.hash.value(means.Sums)
	c.same("rows", means.Rows, c.Expect.Rows)
	c.doubles("sums", means.Sums, c.Expect.Sums)
	return nil
}

func (c *conformanceCase) doubles(what string, got []float64, want []hexDouble) {
	if len(got) != len(want) {
		c.t.Errorf("%s: %d numbers, not %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if math.Float64bits(got[i]) != math.Float64bits(float64(want[i])) {
			c.t.Errorf("%s: number %d is %v, not %v", what, i, got[i], want[i])
		}
	}
}

func (c *conformanceCase) coverage() error {
	_, b, s, err := c.made(nil)
	if err != nil {
		return err
	}
	covered, err := s.Coverage(always, b)
	if err != nil {
		return err
	}
	c.hash.bytes(covered)
	c.same("covered", covered, c.Expect.Covered)
	return nil
}

func (c *conformanceCase) cache() error {
	o := c.options()
	o.Cache = true
	m, b, s, err := c.made(o)
	if err != nil {
		return err
	}
	from := m
	if c.CacheModel != "" {
		if from, err = c.openModel(c.CacheModel); err != nil {
			return err
		}
	}
	ads, inputs := c.file.batch(c.Ads)
	in, err := c.inputs(inputs)
	if err != nil {
		return err
	}
	k, err := from.NewCache(in, &clicklens.CacheOptions{Rows: c.Rows, Precision: o.Precision,
		Storage: map[string]clicklens.CacheStorage{"f16": clicklens.CacheF16}[c.Storage]})
	if err != nil {
		return err
	}
	closing(c.t, k)
	if _, err := k.Fill(always, ads, nil); err != nil {
		return err
	}
	b.Cache = k
	r := &clicklens.Result{Kind: c.kind()}
	if err := s.Run(always, b, r); err != nil {
		return err
	}
	info, err := k.Describe()
	if err != nil {
		return err
	}
	c.same("filled", info.Filled, c.Expect.Filled)
	c.equal("scores", r.Scores, c.Expect.Scores)
	return nil
}

func (c *conformanceCase) open() error {
	var options []clicklens.Option
	if c.Verify {
		options = append(options, clicklens.WithFlags(clicklens.OpenVerifySegments))
	}
	if c.Limits != nil {
		var l clicklens.Limits
		for name, at := range map[string]*uint64{"flatbuffer_bytes": &l.FlatBufferBytes, "segments": &l.Segments,
			"nodes": &l.Nodes, "features": &l.Features, "columns": &l.Columns, "reduction": &l.Reduction,
			"table_rows": &l.TableRows, "dense_bytes": &l.DenseBytes, "sequence_length": &l.SequenceLength,
			"session_bytes": &l.SessionBytes} {
			*at = c.Limits[name]
		}
		options = append(options, clicklens.WithLimits(l))
	}
	m, err := c.openModel(c.Model, options...)
	if err != nil {
		return err
	}
	info := m.Describe()
	c.hash.value(info.ID[:])
	e := c.Expect
	c.same("model", fmt.Sprint(info.Name, len(info.Features), len(info.Groups), len(info.Tables), info.Nodes, len(info.Outputs),
		len(info.Layers)), fmt.Sprint(e.Name, e.Features, e.Groups, e.Tables, e.Nodes, e.Outputs, e.Layers))
	c.same("id", info.ID, e.ID)
	return nil
}

func (c *conformanceCase) selfTest() error {
	m, err := c.openModel(c.Model)
	if err == nil {
		err = m.SelfTest()
	}
	c.hash.value(int64(0))
	return err
}

func (c *conformanceCase) session() error {
	m, err := c.openModel(c.Model)
	if err != nil {
		return err
	}
	var inputs []clicklens.Input
	for _, in := range c.Inputs {
		inputs = append(inputs, clicklens.Input{Name: in.Name, Kind: columnKinds[in.Kind]})
	}
	in, err := c.inputs(inputs)
	if err != nil {
		return err
	}
	s, err := m.NewSession(in, c.options())
	if err == nil {
		closing(c.t, s)
	}
	c.hash.value(int64(0))
	return err
}

func (c *conformanceCase) enum() error {
	reader := json.NewDecoder(bytes.NewReader(c.file.Enums[c.Enum]))
	count := 0
	for reader.More() { // token by token: the file's order counts
		token, err := reader.Token()
		if err != nil {
			return err
		}
		name, is := token.(string)
		if !is {
			continue
		}
		var want int64
		if err := reader.Decode(&want); err != nil {
			return err
		}
		got, known := constants[name]
		if !known || got != want {
			c.t.Errorf("%s: %d (%v), not %d", name, got, known, want)
		}
		c.hash.value(got)
		count++
	}
	if count == 0 {
		c.t.Errorf("no enum %s", c.Enum)
	}
	return nil
}

func (c *conformanceCase) statusNames() error {
	for i, status := range c.Statuses {
		c.same("name", clicklens.Status(status).String(), c.Expect.Names[i])
	}
	c.hash.value(int64(0))
	return nil
}

func (c *conformanceCase) delta() error {
	base, err := c.openModel(c.Model)
	if err != nil {
		return err
	}
	delta, err := clicklens.OpenDelta(conformance + "models/" + c.Delta + ".clensd")
	if err != nil {
		return err
	}
	closing(c.t, delta)
	m, err := delta.Apply(base, 1)
	if err != nil {
		return err
	}
	closing(c.t, m)
	b, inputs := c.file.batch(c.Batch)
	in, err := c.inputs(inputs)
	if err != nil {
		return err
	}
	s, err := m.NewSession(in, nil)
	if err != nil {
		return err
	}
	closing(c.t, s)
	r := &clicklens.Result{Kind: c.kind()}
	if err := s.Run(always, b, r); err != nil {
		return err
	}
	c.equal("scores", r.Scores, c.Expect.Scores)
	return nil
}
