package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const demoPath = "../../../../cli/demo/demo.clens"

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// otherPath is another version of the demo's model: one table is rounded, the rest is shared.
func otherPath(t testing.TB) string {
	t.Helper()
	command := os.Getenv("CLICKLENS_COMMAND")
	if command == "" {
		t.Skip("CLICKLENS_COMMAND is not set: there is no second version of the model")
	}
	path := filepath.Join(t.TempDir(), "other.clens")
	if out, err := exec.Command(command, "refine", demoPath, "-o", path, "--tables", "f16", "--only", "user_id").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// The server of this folder, as it is built, through reloads, a kill in the middle and an end.
func TestTheServerKeepsWhatItSays(t *testing.T) {
	server := filepath.Join(t.TempDir(), "adserver")
	if out, err := exec.Command("go", "build", "-o", server, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	o, err := parse([]string{"-models", demoPath + "," + otherPath(t), "-requests", "4000", "-candidates", "10", "-pool", "64",
		"-connections", "4", "-reloads", "3", "-kills", "1", "-exact", "--", server, "-listen", "localhost:0",
		"-model", "{folder}/m.clens", "-poll", "0", "-profiles", "{folder}/profiles", "-profile-every", "1", "-profile-interval", "50ms",
		"-recordings", "{folder}/recordings", "-record-rate", "1", "-record-flush", "20ms", "-record-files", "1000"}, io.Discard)
	ok(t, err)
	r, err := run(o)
	ok(t, err)
	ok(t, r.verdict())
	if r.Requests != 4000 || r.Reloads != 3 || r.Kills != 1 || r.Profiles.Acknowledged == 0 || r.Recordings.Acknowledged == 0 {
		t.Errorf("%+v", r)
	}
	var out bytes.Buffer
	r.print(&out)
	if !strings.Contains(out.String(), "4000 requests of 10 candidates") {
		t.Error(out.String())
	}
}

// said is the answer that a server would give, with what edit does to it.
func said(t testing.TB, q *question, model string, edit func(*answer)) []byte {
	t.Helper()
	w := q.want[model]
	var ranked []map[string]any
	for _, c := range w.order {
		r := map[string]any{"index": c, "scores": map[string]float32{}}
		for task, scores := range w.scores {
			r["scores"].(map[string]float32)[task] = scores[c]
		}
		ranked = append(ranked, r)
	}
	text, err := json.Marshal(map[string]any{"model": model, "version": 1, "ranked": ranked})
	ok(t, err)
	var a answer
	ok(t, json.Unmarshal(text, &a))
	edit(&a)
	text, err = json.Marshal(map[string]any{"ranked": a.Ranked})
	ok(t, err)
	return fmt.Appendf(nil, `{"model":%q,"version":%d,%s`, a.Model, a.Version, text[1:])
}

func TestWrongAnswersAreSeen(t *testing.T) {
	models, err := openReferences([]string{demoPath, otherPath(t)})
	ok(t, err)
	questions, err := newQuestions(models, 1, 6)
	ok(t, err)
	q, id, other := questions[0], models[0].id, models[1].id
	task := models[0].info.Outputs[0].Name
	if _, err := q.check(said(t, q, id, func(*answer) {})); err != nil {
		t.Error(err)
	}
	for name, edit := range map[string]func(*answer){
		"a mix":           func(a *answer) { *a.Ranked[2].Scores[task] = q.want[other].scores[task][a.Ranked[2].Index] },
		"another's":       func(a *answer) { a.Model = other },
		"nobody's":        func(a *answer) { a.Model = "00" },
		"not sorted":      func(a *answer) { a.Ranked[0], a.Ranked[1] = a.Ranked[1], a.Ranked[0] },
		"one too few":     func(a *answer) { a.Ranked = a.Ranked[:5] },
		"no number":       func(a *answer) { a.Ranked[3].Scores[task] = nil },
		"no score":        func(a *answer) { delete(a.Ranked[3].Scores, task) },
		"unasked":         func(a *answer) { a.Ranked[0].Saliency = a.Ranked[0].Scores },
		"twice the same":  func(a *answer) { a.Ranked[1] = a.Ranked[0] },
		"a rounded score": func(a *answer) { *a.Ranked[4].Scores[task] *= 1 + 1e-6 },
	} {
		// Also after right bytes were kept.
		if _, err := q.check(said(t, q, id, edit)); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	c := client{status: 200, version: 2, body: said(t, q, id, func(*answer) {})}
	if c.check(q) == nil {
		t.Error("version 1 after 2 passes")
	}
	c.status = 500
	if c.check(q) == nil {
		t.Error("500 passes")
	}
}

func TestLostRowsAreSeen(t *testing.T) {
	s := soaking{options: &options{folder: t.TempDir()}}
	s.written.profiles = true
	h := host{command: exec.Command("true"), before: kept{}}
	ok(t, h.command.Run())
	ok(t, s.settle(&h, true))
	h.rows = 3
	if s.settle(&h, false) == nil {
		t.Error("3 rows that were acknowledged and are not there pass")
	}
	h.rows, s.exact = 0, true
	h.ranked.Store(3)
	if s.settle(&h, true) == nil {
		t.Error("3 rows that were ranked and are not there pass")
	}
}

func TestAServerThatDoesNotStart(t *testing.T) {
	_, err := run(options{models: []string{demoPath}, requests: 1, connections: 1, candidates: 1, pool: 1,
		command: []string{"sh", "-c", "echo no luck >&2; exit 3"}})
	if err == nil || !strings.Contains(err.Error(), "no luck") || !strings.Contains(err.Error(), "exit status 3") {
		t.Error(err)
	}
	if _, err := parse([]string{"-models", "a", "-reloads", "1", "--", "x"}, io.Discard); err == nil {
		t.Error("reloads of one model pass")
	}
}

func TestQuantiles(t *testing.T) {
	var h histogram
	for range 1000 {
		h.add(1_000_000)
	}
	for range 10 {
		h.add(50_000_000)
	}
	if got := h.quantile(.5); got < 1000 || got > 1010 {
		t.Error(got)
	}
	if got := h.quantile(.999); got < 50_000 || got > 50_500 {
		t.Error(got)
	}
}
