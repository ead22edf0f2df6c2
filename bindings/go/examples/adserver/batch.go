package main

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/clicklens/clicklens/bindings/go"
)

// A layout is how requests become batches of one model.
type layout struct {
	features []clicklens.Feature
	inputs   []int // of each feature: its input, -1: not sent
	byName   map[string]int
}

func newLayout(m *clicklens.Model, in *clicklens.Inputs) *layout {
	l := &layout{features: m.Describe().Features, byName: map[string]int{}}
	for i, f := range l.features {
		l.inputs = append(l.inputs, in.Index(f.Name))
		l.byName[f.Name] = i
	}
	return l
}

// batch lays the request out: a column for each feature that is given at all. Names and types are checked here, so that
// what is wrong is named as the client knows it.
func (l *layout) batch(r *rankRequest, maxIDs int) (*clicklens.Batch, error) {
	n := len(r.Candidates)
	b := &clicklens.Batch{Candidates: n, Requests: []int64{0, int64(n)}, Keys: []uint64{rand.Uint64()}}
	if r.Key != nil {
		number, _ := r.Key.(json.Number)
		key, err := parseID(number.String())
		if err != nil {
			return nil, bad("key: an integer of 64 bits is wanted")
		}
		b.Keys[0] = uint64(key)
	}
	given := make([]bool, len(l.features))
	if err := l.known(r.Features, "features.", true, given); err != nil {
		return nil, err
	}
	for i, candidate := range r.Candidates {
		if err := l.known(candidate, "candidates["+strconv.Itoa(i)+"].", false, given); err != nil {
			return nil, err
		}
	}
	ids := 0
	for i, f := range l.features {
		if !given[i] || l.inputs[i] < 0 {
			continue
		}
		c := cells{feature: f, offsets: []int64{0}}
		if f.Scope == clicklens.ScopeRequest {
			if err := c.add(r.Features[f.Name], "features."+f.Name); err != nil {
				return nil, err
			}
		} else {
			for k, candidate := range r.Candidates {
				if err := c.add(candidate[f.Name], "candidates["+strconv.Itoa(k)+"]."+f.Name); err != nil {
					return nil, err
				}
			}
		}
		if ids += c.count(); ids > maxIDs {
			return nil, bad("%s: more than %d ids and numbers in the request", f.Name, maxIDs)
		}
		b.Columns = append(b.Columns, c.column(l.inputs[i]))
	}
	return b, nil
}

// known marks the features that an object gives, and refuses others.
func (l *layout) known(object map[string]any, path string, ofRequest bool, given []bool) error {
	for name := range object {
		i, is := l.byName[name]
		switch {
		case !is:
			return bad("%s%s: the model has no such feature", path, clip(name))
		case ofRequest && l.features[i].Scope != clicklens.ScopeRequest:
			return bad("%s%s: a feature of candidates", path, name)
		case !ofRequest && l.features[i].Scope == clicklens.ScopeRequest:
			return bad("%s%s: a feature of the request, give it in features", path, name)
		}
		given[i] = true
	}
	return nil
}

// clip keeps messages short, whatever the client sends.
func clip(text string) string {
	if len(text) > 60 {
		return strconv.Quote(text[:60]) + "..."
	}
	return text
}

// cells are a feature's values, entry by entry.
type cells struct {
	feature  clicklens.Feature
	keys     []int64
	texts    []string
	floats   []float32
	weights  []float32
	offsets  []int64 // lists
	validity []byte  // dense
	entries  int
}

func (c *cells) count() int { return max(len(c.keys), len(c.texts), len(c.floats)) }

// add appends one entry. null, and an absent value, is missing.
func (c *cells) add(value any, path string) error {
	if c.feature.Dense {
		return c.addDense(value, path)
	}
	var weights any
	if object, is := value.(map[string]any); is {
		if !c.feature.Weighted {
			return bad("%s: its ids have no weights", path)
		}
		for name := range object {
			if name != "ids" && name != "weights" {
				return bad("%s.%s: only ids and weights belong here", path, clip(name))
			}
		}
		value, weights = object["ids"], object["weights"]
	}
	ids, is := value.([]any)
	if !is && value != nil {
		ids = []any{value}
	}
	for _, id := range ids {
		if err := c.addID(id, path); err != nil {
			return err
		}
	}
	if c.feature.Weighted {
		if err := c.addWeights(weights, len(ids), path); err != nil {
			return err
		}
	}
	c.entries++
	c.offsets = append(c.offsets, int64(c.count()))
	return nil
}

func (c *cells) addID(value any, path string) error {
	if c.feature.Column == clicklens.ColumnStrings {
		text, is := value.(string)
		if !is {
			return bad("%s: a string, or an array of them, is wanted", path)
		}
		c.texts = append(c.texts, text)
		return nil
	}
	number, is := value.(json.Number)
	if !is {
		return bad("%s: an integer, or an array of them, is wanted", path)
	}
	key, err := parseID(number.String())
	if err != nil {
		return bad("%s: %s is no integer of 64 bits", path, clip(number.String()))
	}
	c.keys = append(c.keys, key)
	return nil
}

func (c *cells) addWeights(value any, ids int, path string) error {
	if value == nil {
		c.weights = append(c.weights, slices.Repeat([]float32{1}, ids)...)
		return nil
	}
	list, is := value.([]any)
	if !is || len(list) != ids {
		return bad("%s.weights: an array of one number for each id is wanted", path)
	}
	for _, weight := range list {
		number, err := parseFloat(weight, path+".weights")
		if err != nil {
			return err
		}
		c.weights = append(c.weights, number)
	}
	return nil
}

func (c *cells) addDense(value any, path string) error {
	width := int(c.feature.Width)
	if c.entries%8 == 0 {
		c.validity = append(c.validity, 0)
	}
	c.entries++
	if value == nil {
		c.floats = append(c.floats, make([]float32, width)...)
		return nil
	}
	list, is := value.([]any)
	if !is {
		list = []any{value}
	}
	if len(list) != width {
		return bad("%s: %d numbers, %d are wanted", path, len(list), width)
	}
	for _, element := range list {
		number, err := parseFloat(element, path)
		if err != nil {
			return err
		}
		c.floats = append(c.floats, number)
	}
	c.validity[(c.entries-1)/8] |= 1 << ((c.entries - 1) % 8)
	return nil
}

func (c *cells) column(input int) clicklens.Column {
	if c.feature.Dense {
		return clicklens.Floats(input, c.floats).Valid(c.validity)
	}
	column := clicklens.Keys(input, append([]int64{}, c.keys...))
	if c.feature.Column == clicklens.ColumnStrings {
		column = clicklens.Strings(input, c.texts)
	}
	if c.weights != nil {
		column = column.Weighted(c.weights)
	}
	return column.Lists(c.offsets)
}

// parseID reads an id: one of 64 bits, signed or not.
func parseID(text string) (int64, error) {
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		return id, nil
	}
	id, err := strconv.ParseUint(text, 10, 64)
	return int64(id), err
}

func parseFloat(value any, path string) (float32, error) {
	number, is := value.(json.Number)
	if !is {
		return 0, bad("%s: a number is wanted", path)
	}
	parsed, err := strconv.ParseFloat(number.String(), 32)
	if err != nil {
		return 0, bad("%s: %s is no number of 32 bits", path, clip(number.String()))
	}
	return float32(parsed), nil
}
