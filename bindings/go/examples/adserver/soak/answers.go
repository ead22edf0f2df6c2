package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// An answer as the servers' READMEs have it.
type answer struct {
	Model   string `json:"model"`
	Version uint64 `json:"version"`
	Ranked  []struct {
		Index    int                 `json:"index"`
		Scores   map[string]*float32 `json:"scores"`
		Saliency map[string]*float32 `json:"saliency"`
	} `json:"ranked"`
}

// check holds an answer to the model that it says it is of: a mix of two models is of neither. It gives the version.
func (q *question) check(body []byte) (uint64, error) {
	head, ranked, ok := bytes.Cut(body, []byte(`,"ranked":`))
	if !ok {
		return 0, fmt.Errorf("no ranking: %.200s", body)
	}
	var a answer
	if err := json.Unmarshal(append(bytes.Clone(head), '}'), &a); err != nil {
		return 0, fmt.Errorf("%v: %.200s", err, body)
	}
	w := q.want[a.Model]
	if w == nil {
		return 0, fmt.Errorf("a model that was never served: %.200s", body)
	}
	if same := w.seen.Load(); same != nil && bytes.Equal(*same, ranked) {
		return a.Version, nil
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return 0, fmt.Errorf("%v: %.200s", err, body)
	}
	if err := w.check(&a, q.explain); err != nil {
		return 0, fmt.Errorf("model %s, version %d: %w", a.Model, a.Version, err)
	}
	kept := bytes.Clone(ranked)
	w.seen.Store(&kept) // the next one with these bytes is right, too
	return a.Version, nil
}

func (w *wanted) check(a *answer, explain bool) error {
	if len(a.Ranked) != len(w.order) {
		return fmt.Errorf("%d candidates, not %d", len(a.Ranked), len(w.order))
	}
	for i, r := range a.Ranked {
		if r.Index != w.order[i] {
			return fmt.Errorf("candidate %d in place %d, not %d", r.Index, i, w.order[i])
		}
		if err := equal("score", r.Scores, w.scores, r.Index); err != nil {
			return err
		}
		if !explain && r.Saliency != nil {
			return fmt.Errorf("saliency that nobody asked for")
		}
		if explain {
			if err := equal("saliency", r.Saliency, w.saliency, r.Index); err != nil {
				return err
			}
		}
	}
	return nil
}

// equal compares bits of one candidate's numbers, by name.
func equal(what string, got map[string]*float32, want map[string][]float32, candidate int) error {
	if len(got) != len(want) {
		return fmt.Errorf("candidate %d: %d of %s, not %d", candidate, len(got), what, len(want))
	}
	for name, values := range want {
		value := got[name]
		if value == nil {
			return fmt.Errorf("candidate %d: no %s of %s", candidate, what, name)
		}
		// -0 and 0 are one in an answer of zeros.
		if math.Float32bits(*value) != math.Float32bits(values[candidate]) && !(*value == 0 && values[candidate] == 0) {
			return fmt.Errorf("candidate %d: %s of %s is %v, not %v", candidate, what, name, *value, values[candidate])
		}
	}
	return nil
}
