package clicklens_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

// What tests/conformance/README.md says of the file, as Go reads it.

type hexFloat float32

func (f *hexFloat) UnmarshalJSON(text []byte) error {
	bits, err := strconv.ParseUint(string(text[1:len(text)-1]), 16, 32)
	*f = hexFloat(math.Float32frombits(uint32(bits)))
	return err
}

func floatsOf(h []hexFloat) []float32 {
	if h == nil {
		return nil
	}
	all := make([]float32, len(h))
	for i, f := range h {
		all[i] = float32(f)
	}
	return all
}

type hexDouble float64

func (f *hexDouble) UnmarshalJSON(text []byte) error {
	bits, err := strconv.ParseUint(string(text[1:len(text)-1]), 16, 64)
	*f = hexDouble(math.Float64frombits(bits))
	return err
}

type caseColumn struct {
	Name, Kind, Type string
	Values           []string
	RowOffsets       []int64 `json:"row_offsets"`
	OffsetBits       int     `json:"offset_bits"`
	Weights          []hexFloat
	Present          []int
	ValuePresent     []int `json:"value_present"`
}

type caseBatch struct {
	Candidates int
	Requests   []int64
	Strict     bool
	CacheRows  []int64 `json:"cache_rows"`
	Columns    []caseColumn
}

type caseInput struct{ Name, Kind string }

type caseData struct {
	Title                                          string `json:"name"`
	Do, Model, Batch, Output, Precision, Gradients string
	Strands                                        int
	TileRows                                       int `json:"tile_rows"`
	Captures                                       []string
	Capacity                                       *int
	Method, Level, Target, Value, Layer            string
	Task, Column, Steps, Draws, Probe              int
	BaselineRows                                   int `json:"baseline_rows"`
	Seed                                           string
	PerRequest                                     bool `json:"per_request"`
	Means, Baselines, Spreads                      []hexFloat
	Labels                                         []uint8
	Bound                                          *hexFloat
	Sections                                       []string
	Parts                                          []struct {
		Batch    string
		Labels   []uint8
		FirstRow uint64 `json:"first_row"`
	}
	Merge        bool
	Ads, Storage string
	Delta        string
	Rows         int
	CacheModel   string `json:"cache_model"`
	Verify       bool
	Limits       map[string]uint64
	Inputs       []caseInput
	Enum         string
	Statuses     []int32
	Expect       caseExpect
	Failure      *struct {
		Status   int32
		Name     string
		Contains string
	} `json:"error"`
}

type caseExpect struct {
	Scores, Values, Logits []hexFloat
	Counts                 *struct {
		Missing, Unknown, Cut uint64
		BadValues             uint64 `json:"bad_values"`
		NonFinite             uint64 `json:"non_finite"`
	}
	Captures []struct {
		Width, Rows int
		Scope       string
		Values      []hexFloat
	}
	Offsets []uint64
	Rows    uint64
	Sums    []hexDouble
	Covered []uint8
	Probes  []struct {
		Name  string
		Width int
	}
	AUC                                              []hexDouble
	Exited                                           uint64
	Size                                             int
	Hash                                             string
	Filled                                           uint64
	Name                                             string
	Features, Groups, Tables, Nodes, Outputs, Layers int
	ID                                               []string
	Names                                            []string
}

type caseFile struct {
	Format  int
	Enums   map[string]json.RawMessage
	Batches map[string]caseBatch
	Cases   []caseData
}

const conformance = "../../tests/conformance/"

func readCases(t testing.TB) *caseFile {
	t.Helper()
	text, err := os.ReadFile(conformance + "cases.json")
	if err != nil {
		t.Skip(err)
	}
	var all caseFile
	ok(t, json.Unmarshal(text, &all))
	if all.Format != 1 || len(all.Cases) < 100 {
		t.Fatalf("format %d, %d cases", all.Format, len(all.Cases))
	}
	return &all
}

func must1[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func numbers[T clicklens.Integer](values []string) []T {
	all := make([]T, len(values))
	for i, v := range values {
		if signed, err := strconv.ParseInt(v, 10, 64); err == nil {
			all[i] = T(signed)
		} else {
			all[i] = T(must1(strconv.ParseUint(v, 10, 64)))
		}
	}
	return all
}

func idColumn[T clicklens.Integer](kind string, input int, values []string) clicklens.Column {
	if kind == "rows" {
		return clicklens.Rows(input, numbers[T](values))
	}
	return clicklens.Keys(input, numbers[T](values))
}

func bitmap(bits []int) []byte {
	all := make([]byte, (len(bits)+7)/8)
	for i, bit := range bits {
		all[i/8] |= byte(bit) << (i % 8)
	}
	return all
}

func (c *caseColumn) strings(input int) clicklens.Column {
	var texts []string
	var data []byte
	offsets := []int32{0}
	for _, v := range c.Values {
		text := must1(hex.DecodeString(v))
		texts = append(texts, string(text))
		data = append(data, text...)
		offsets = append(offsets, int32(len(data)))
	}
	if c.OffsetBits == 32 {
		return clicklens.StringData(input, data, offsets)
	}
	return clicklens.Strings(input, texts)
}

func (c *caseColumn) column(input int) clicklens.Column {
	makers := map[string]func(string, int, []string) clicklens.Column{"i8": idColumn[int8], "i16": idColumn[int16],
		"i32": idColumn[int32], "i64": idColumn[int64], "u8": idColumn[uint8], "u16": idColumn[uint16],
		"u32": idColumn[uint32], "u64": idColumn[uint64]}
	var col clicklens.Column
	switch c.Type {
	case "f32":
		all := make([]float32, len(c.Values))
		for i, v := range c.Values {
			all[i] = math.Float32frombits(uint32(must1(strconv.ParseUint(v, 16, 32))))
		}
		col = clicklens.Floats(input, all)
	case "bytes":
		col = c.strings(input)
	default:
		col = makers[c.Type](c.Kind, input, c.Values)
	}
	if c.RowOffsets != nil && c.OffsetBits == 32 {
		narrow := make([]int32, len(c.RowOffsets))
		for i, offset := range c.RowOffsets {
			narrow[i] = int32(offset)
		}
		col = clicklens.Lists(col, narrow)
	} else if c.RowOffsets != nil {
		col = col.Lists(c.RowOffsets)
	}
	if c.Weights != nil {
		col = col.Weighted(floatsOf(c.Weights))
	}
	if c.Present != nil {
		col = col.Valid(bitmap(c.Present))
	}
	if c.ValuePresent != nil {
		col = col.ElementsValid(bitmap(c.ValuePresent))
	}
	return col
}

var columnKinds = map[string]clicklens.ColumnKind{"rows": clicklens.ColumnRows, "keys": clicklens.ColumnKeys,
	"strings": clicklens.ColumnStrings, "floats": clicklens.ColumnFloats}

// batch is the named batch, and the inputs that its columns are.
func (f *caseFile) batch(name string) (*clicklens.Batch, []clicklens.Input) {
	given := f.Batches[name]
	b := &clicklens.Batch{Candidates: given.Candidates, Requests: given.Requests, Strict: given.Strict, CacheRows: given.CacheRows}
	var inputs []clicklens.Input
	for i := range given.Columns {
		c := &given.Columns[i]
		inputs = append(inputs, clicklens.Input{Name: c.Name, Kind: columnKinds[c.Kind]})
		b.Columns = append(b.Columns, c.column(i))
	}
	return b, inputs
}

// A hash is FNV-1a of what a host got.
type hash uint64

func newHash() hash { return 0xcbf29ce484222325 }

func (h *hash) bytes(all []byte) {
	for _, b := range all {
		*h = (*h ^ hash(b)) * 0x100000001b3
	}
}

func (h *hash) value(data any) { h.bytes(must1(binary.Append(nil, binary.LittleEndian, data))) }
