package clicklens_test

import (
	"fmt"
	"strconv"

	"github.com/clicklens/clicklens/bindings/go"
)

func (c *conformanceCase) attribution() error {
	m, err := c.openModel(c.Model)
	if err != nil {
		return err
	}
	b, inputs := c.file.batch(c.Batch)
	in, err := c.inputs(inputs)
	if err != nil {
		return err
	}
	o := &clicklens.ExplainerOptions{}
	spec := &clicklens.AttributionSpec{Method: attributionMethods[c.Method], Level: levels[c.Level], Target: targets[c.Target],
		Task: c.Task, Column: c.Column, Baselines: floatsOf(c.Baselines), Spreads: floatsOf(c.Spreads), Steps: c.Steps,
		Draws: c.Draws}
	if c.Seed != "" {
		if spec.Seed, err = strconv.ParseUint(c.Seed, 10, 64); err != nil {
			return err
		}
	}
	for _, at := range []struct {
		name string
		to   *int
	}{{c.Layer, &spec.Layer}, {c.Value, &spec.Value}} {
		if at.name != "" {
			if *at.to, err = m.FindValue(at.name); err != nil {
				return err
			}
			o.Layers = append(o.Layers, at.name)
		}
	}
	e, err := m.NewExplainer(in, o)
	if err != nil {
		return err
	}
	closing(c.t, e)
	got, err := e.Run(always, b, spec)
	if err != nil {
		return err
	}
	c.equal("values", got.Values, c.Expect.Values)
	return nil
}

func (c *conformanceCase) carried() (*clicklens.Probe, error) {
	m, err := c.openModel(c.Model)
	if err != nil {
		return nil, err
	}
	p, err := m.Probe()
	if err == nil {
		closing(c.t, p)
	}
	return p, err
}

func (c *conformanceCase) probed() error {
	p, err := c.carried()
	if err != nil {
		return err
	}
	infos, err := p.Describe()
	if err != nil {
		return err
	}
	o := &clicklens.SessionOptions{Probe: p}
	for i, info := range infos {
		o.Observed = append(o.Observed, info.Name)
		c.same("probe", fmt.Sprint(info.Name, info.Width), fmt.Sprint(c.Expect.Probes[i].Name, c.Expect.Probes[i].Width))
	}
	m, b, s, err := c.made(o)
	if err != nil {
		return err
	}
	r := &clicklens.Result{}
	if err := s.Run(always, b, r); err != nil {
		return err
	}
	c.equal("logits", r.ProbeLogits, c.Expect.Logits)
	rows, err := m.NewProbeRows(o.Observed...)
	if err != nil {
		return err
	}
	closing(c.t, rows)
	if err := rows.Add(always, s, b, &clicklens.RowInfo{Labels: c.Labels}); err != nil {
		return err
	}
	var auc []float64
	for i := range infos {
		metrics, _, err := p.Evaluate(i, rows)
		if err != nil {
			return err
		}
		auc = append(auc, metrics.AUC)
	}
	c.doubles("AUC", auc, c.Expect.AUC)
	return nil
}

func (c *conformanceCase) exit() error {
	p, err := c.carried()
	if err != nil {
		return err
	}
	_, b, s, err := c.made(&clicklens.SessionOptions{Probe: p, ExitProbe: c.Probe + 1, ExitBound: float32(*c.Bound)})
	if err != nil {
		return err
	}
	r := &clicklens.Result{Kind: c.kind()}
	if err := s.Run(always, b, r); err != nil {
		return err
	}
	c.equal("scores", r.Scores, c.Expect.Scores)
	c.same("exited", r.Exited, c.Expect.Exited)
	return nil
}

func (c *conformanceCase) profile() error {
	m, err := c.openModel(c.Model)
	if err != nil {
		return err
	}
	o := &clicklens.ProfileOptions{Means: floatsOf(c.Means)}
	for _, name := range c.Sections {
		o.Sections |= sections[name]
	}
	var all []*clicklens.Profile
	for i, part := range c.Parts {
		if i == 0 || c.Merge {
			p, err := m.NewProfile(o)
			if err != nil {
				return err
			}
			all = append(all, closing(c.t, p))
		}
		b, inputs := c.file.batch(part.Batch)
		in, err := c.inputs(inputs)
		if err != nil {
			return err
		}
		observed, err := m.ProfileValues(o)
		if err != nil {
			return err
		}
		so := &clicklens.SessionOptions{Observed: observed}
		if o.Sections&clicklens.ProfileSaliency != 0 {
			so.Gradients = clicklens.GradientsFull
		}
		s, err := m.NewSession(in, so)
		if err != nil {
			return err
		}
		closing(c.t, s)
		if err := all[len(all)-1].Add(always, s, b, &clicklens.RowInfo{Labels: part.Labels, FirstRow: part.FirstRow}); err != nil {
			return err
		}
	}
	whole := all[len(all)-1]
	for i := len(all) - 2; i >= 0; i-- {
		if err := whole.Merge(all[i]); err != nil {
			return err
		}
	}
	info, err := whole.Describe()
	if err != nil {
		return err
	}
	saved, err := whole.MarshalBinary()
	if err != nil {
		return err
	}
	c.hash.bytes(saved)
	c.same("rows", info.Rows, c.Expect.Rows)
	c.same("size", len(saved), c.Expect.Size)
	c.same("hash", fmt.Sprintf("%016x", uint64(c.hash)), c.Expect.Hash)
	return nil
}
