package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"github.com/clicklens/clicklens/bindings/go"
)

// A question is a request, and what each model must answer to it.
type question struct {
	body       []byte
	candidates int
	batch      *clicklens.Batch
	top        int // 0: all
	explain    bool
	want       map[string]*wanted // by the model's id
}

// wanted is one model's answer, computed here.
type wanted struct {
	order    []int // candidates, the best first
	scores   map[string][]float32
	saliency map[string][]float32 // by group
	seen     atomic.Pointer[[]byte]
}

// A reference is a model as this process has it.
type reference struct {
	id      string
	info    clicklens.ModelInfo
	inputs  *clicklens.Inputs
	session *clicklens.Session
	spec    *clicklens.SaliencySpec
}

func openReference(path string) (*reference, error) {
	m, err := clicklens.Open(path)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	r := &reference{info: m.Describe()}
	r.id = fmt.Sprintf("%016x%016x", r.info.ID[1], r.info.ID[0])
	means, err := m.ReferenceMeans()
	if err != nil { // none in the file
		means = make([]float32, r.info.InputWidth)
	}
	r.spec = &clicklens.SaliencySpec{Means: means}
	if r.inputs, err = m.Inputs(); err != nil {
		return nil, err
	}
	r.session, err = m.NewSession(r.inputs, &clicklens.SessionOptions{Gradients: clicklens.GradientsGroups})
	return r, err
}

func openReferences(paths []string) (all []*reference, err error) {
	for _, path := range paths {
		r, err := openReference(path)
		if err != nil {
			return nil, err
		}
		if len(all) > 0 && !slices.EqualFunc(r.info.Features, all[0].info.Features, func(a, b clicklens.Feature) bool {
			return a.Name == b.Name && a.Scope == b.Scope && a.Column == b.Column && a.Width == b.Width
		}) {
			return nil, fmt.Errorf("%s: its features are not those of %s", path, paths[0])
		}
		all = append(all, r)
	}
	return all, nil
}

// answer is what the model gives.
func (r *reference) answer(q *question) (*wanted, error) {
	ctx := context.Background()
	scores, err := r.session.Score(ctx, q.batch)
	if err != nil {
		return nil, err
	}
	saliency, err := r.session.Saliency(ctx, q.batch, r.spec)
	if err != nil {
		return nil, err
	}
	w := &wanted{scores: columns(scores, taskNames(r.info)), saliency: columns(saliency, r.info.Groups)}
	for _, s := range append(slices.Clone(scores), saliency...) {
		if math.IsNaN(float64(s)) || math.IsInf(float64(s), 0) {
			return nil, fmt.Errorf("model %s gives %v", r.id, s)
		}
	}
	for c := range q.candidates {
		w.order = append(w.order, c)
	}
	first := w.scores[r.info.Outputs[0].Name]
	slices.SortStableFunc(w.order, func(a, b int) int { return cmp.Compare(first[b], first[a]) })
	if q.top > 0 {
		w.order = w.order[:min(q.top, len(w.order))]
	}
	return w, nil
}

func taskNames(info clicklens.ModelInfo) (names []string) {
	for _, task := range info.Outputs {
		names = append(names, task.Name)
	}
	return names
}

// columns takes a matrix of a row for each candidate apart.
func columns(values []float32, names []string) map[string][]float32 {
	by := map[string][]float32{}
	for i, value := range values {
		name := names[i%len(names)]
		by[name] = append(by[name], value)
	}
	return by
}

// newQuestions makes requests of random values that any two of the models answer otherwise in every candidate.
func newQuestions(models []*reference, count, candidates int) ([]*question, error) {
	random := rand.New(rand.NewPCG(1, 2))
	var all []*question
	for tries := 0; len(all) < count; tries++ {
		if tries > 100*count+100 {
			return nil, fmt.Errorf("of %d random requests %d are answered otherwise by every model", tries, len(all))
		}
		q, err := newQuestion(models, random, candidates, len(all))
		if err != nil {
			return nil, err
		}
		if q.tellsApart(models) {
			all = append(all, q)
		}
	}
	return all, nil
}

func newQuestion(models []*reference, random *rand.Rand, candidates, number int) (*question, error) {
	q := &question{candidates: candidates, want: map[string]*wanted{},
		batch: &clicklens.Batch{Candidates: candidates, Requests: []int64{0, int64(candidates)}}}
	given := map[string]any{}
	ads := make([]map[string]any, candidates)
	for c := range ads {
		ads[c] = map[string]any{}
	}
	for _, f := range models[0].info.Features {
		v := values{feature: f, offsets: []int64{0}}
		if f.Scope == clicklens.ScopeRequest {
			given[f.Name] = v.add(random)
		} else {
			for c := range ads {
				ads[c][f.Name] = v.add(random)
			}
		}
		q.batch.Columns = append(q.batch.Columns, v.column(models[0].inputs.Index(f.Name)))
	}
	body := map[string]any{"features": given, "candidates": ads}
	if number%10 == 3 {
		q.explain = true
		body["explain"] = true
	}
	if number%10 == 6 {
		q.top = 5
		body["top"] = q.top
	}
	var err error
	if q.body, err = json.Marshal(body); err != nil {
		return nil, err
	}
	for _, m := range models {
		if q.want[m.id], err = m.answer(q); err != nil {
			return nil, err
		}
	}
	return q, nil
}

func (q *question) tellsApart(models []*reference) bool {
	for i, a := range models {
		for _, b := range models[:i] {
			for task, scores := range q.want[a.id].scores {
				for c, s := range scores {
					if s == q.want[b.id].scores[task][c] {
						return false
					}
				}
			}
		}
	}
	return true
}

// values are a feature's in a request: as JSON, and as a column.
type values struct {
	feature clicklens.Feature
	keys    []int64
	texts   []string
	floats  []float32
	weights []float32
	offsets []int64
}

// add draws one entry.
func (v *values) add(random *rand.Rand) any {
	if v.feature.Dense {
		numbers := make([]float32, v.feature.Width)
		for i := range numbers {
			numbers[i] = float32(random.IntN(257)-128) / 64
		}
		v.floats = append(v.floats, numbers...)
		return numbers
	}
	count := 1
	if random.IntN(4) == 0 {
		count = random.IntN(4)
	}
	ids := make([]any, count)
	weights := make([]float32, count)
	for i := range ids {
		id := int64(random.Uint64N(v.feature.Rows + v.feature.Rows/16 + 1)) // some are unknown
		ids[i], weights[i] = id, float32(1+random.IntN(16))/8
		if v.feature.Column == clicklens.ColumnStrings {
			text := fmt.Sprintf("id %d", id)
			ids[i] = text
			v.texts = append(v.texts, text)
		} else {
			v.keys = append(v.keys, id)
		}
	}
	v.offsets = append(v.offsets, v.offsets[len(v.offsets)-1]+int64(count))
	if v.feature.Weighted {
		v.weights = append(v.weights, weights...)
		return map[string]any{"ids": ids, "weights": weights}
	}
	return ids
}

func (v *values) column(input int) clicklens.Column {
	if v.feature.Dense {
		return clicklens.Floats(input, v.floats)
	}
	column := clicklens.Keys(input, v.keys)
	if v.feature.Column == clicklens.ColumnStrings {
		column = clicklens.Strings(input, v.texts)
	}
	if v.feature.Weighted {
		column = column.Weighted(v.weights)
	}
	return column.Lists(v.offsets)
}
