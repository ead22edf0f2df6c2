package clicklens_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

const demoPath = "../cli/demo/demo.clens"

var always = context.Background()

// must ends the test where err is not nil.
func must[T any](t testing.TB) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t testing.TB, err, target error, part string) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("%v, not %v", err, target)
	} else if !strings.Contains(err.Error(), part) {
		t.Errorf("%v does not name %q", err, part)
	}
}

type closer interface{ Close() error }

func closing[T closer](t testing.TB, c T) T {
	t.Cleanup(func() { c.Close() })
	return c
}

func openDemo(t testing.TB, options ...clicklens.Option) *clicklens.Model {
	t.Helper()
	return closing(t, must[*clicklens.Model](t)(clicklens.Open(demoPath, options...)))
}

func inputsOf(t testing.TB, m *clicklens.Model) *clicklens.Inputs {
	t.Helper()
	return closing(t, must[*clicklens.Inputs](t)(m.Inputs()))
}

func demoSession(t testing.TB, options *clicklens.SessionOptions) (*clicklens.Model, *clicklens.Session) {
	t.Helper()
	m := openDemo(t)
	return m, closing(t, must[*clicklens.Session](t)(m.NewSession(inputsOf(t, m), options)))
}

// command is the command line, which figures are held to.
func command(t testing.TB) string {
	t.Helper()
	path := os.Getenv("CLICKLENS_COMMAND")
	if path == "" {
		path = "../../build/bin/clicklens"
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no command line to compare with: %v (CLICKLENS_COMMAND names it)", err)
	}
	return must[string](t)(filepath.Abs(path))
}

func runCommand(t testing.TB, arguments ...string) []byte {
	t.Helper()
	out, err := exec.Command(command(t), arguments...).Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			t.Fatalf("clicklens %v: %s", arguments, failed.Stderr)
		}
		t.Fatal(err)
	}
	return out
}

func commandJSON(t testing.TB, into any, arguments ...string) {
	t.Helper()
	ok(t, json.Unmarshal(runCommand(t, append(arguments, "--json")...), into))
}

var days struct {
	once   sync.Once
	folder string
}

// day is a file of synthetic clicks, 2,000 rows.
func day(t testing.TB, number int) string {
	t.Helper()
	name := command(t)
	days.once.Do(func() {
		folder, err := os.MkdirTemp("", "clicklens-go")
		if err == nil {
			err = exec.Command(name, "synth", "--days", "3", "--rows", "2000", "--seed", "1", "--out", folder).Run()
		}
		if err != nil {
			t.Fatal(err)
		}
		days.folder = folder
	})
	return filepath.Join(days.folder, "day=0"+strconv.Itoa(number)+".tsv")
}

func TestMain(m *testing.M) {
	code := m.Run()
	if days.folder != "" {
		os.RemoveAll(days.folder)
	}
	os.Exit(code)
}

// A dayFile is a day's cells of numbers, by column.
type dayFile struct {
	columns map[string][][]int64
	rows    int
}

func readDay(t testing.TB, path string) dayFile {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(must[[]byte](t)(os.ReadFile(path)))), "\n")
	names := strings.Split(lines[0], "\t")
	d := dayFile{map[string][][]int64{}, len(lines) - 1}
	for _, line := range lines[1:] {
		for i, cell := range strings.Split(line, "\t") {
			var ids []int64
			for _, id := range strings.FieldsFunc(cell, func(r rune) bool { return r == '|' }) {
				ids = append(ids, must[int64](t)(strconv.ParseInt(id, 10, 64)))
			}
			d.columns[names[i]] = append(d.columns[names[i]], ids)
		}
	}
	return d
}

// batch makes the rows [begin, end) a batch, in which consecutive rows of one request_id are a request; its keys are
// those ids.
func (d dayFile) batch(m *clicklens.Model, begin, end int) *clicklens.Batch {
	b := &clicklens.Batch{Candidates: end - begin}
	var firsts []int
	ids := d.one("request_id")
	for row := begin; row < end; row++ {
		if row == begin || ids[row] != ids[row-1] {
			firsts = append(firsts, row)
			b.Requests = append(b.Requests, int64(row-begin))
			b.Keys = append(b.Keys, uint64(ids[row]))
		}
	}
	b.Requests = append(b.Requests, int64(end-begin))
	for i, f := range m.Describe().Features {
		cells := d.columns[f.Name][begin:end]
		if f.Scope == clicklens.ScopeRequest {
			cells = nil
			for _, row := range firsts {
				cells = append(cells, d.columns[f.Name][row])
			}
		}
		offsets := make([]int64, 1, len(cells)+1)
		values := []int64{}
		for _, cell := range cells {
			values = append(values, cell...)
			offsets = append(offsets, int64(len(values)))
		}
		b.Columns = append(b.Columns, clicklens.Keys(i, values).Lists(offsets))
	}
	return b
}

// one is a column of one number a row.
func (d dayFile) one(name string) []int64 {
	values := make([]int64, d.rows)
	for i, cell := range d.columns[name] {
		values[i] = cell[0]
	}
	return values
}

func (d dayFile) whole(m *clicklens.Model) *clicklens.Batch { return d.batch(m, 0, d.rows) }

func (d dayFile) labels() []uint8 {
	labels := make([]uint8, d.rows)
	for i, label := range d.one("label") {
		labels[i] = uint8(label)
	}
	return labels
}

// small is a batch of the demo's model, made by hand: one request.
func small(m *clicklens.Model, candidates int) *clicklens.Batch {
	b := &clicklens.Batch{Candidates: candidates, Requests: []int64{0, int64(candidates)}, Keys: []uint64{42}}
	for i, f := range m.Describe().Features {
		values := make([]int64, candidates)
		for k := range values {
			values[k] = int64(k*7+i) % 20
		}
		if f.Scope == clicklens.ScopeRequest {
			values = []int64{int64(i)}
		}
		b.Columns = append(b.Columns, clicklens.Keys(i, values))
	}
	return b
}
