package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

const three = `"features": {"user_id": 83, "topic": [4, 5, 12], "hour": null},
	"candidates": [{"ad_id": 35, "position": 1}, {"ad_id": 194}, {"ad_id": 7, "position": 3}]`

// threeBatch is the same request, by hand.
func threeBatch(in *clicklens.Inputs) *clicklens.Batch {
	return &clicklens.Batch{Candidates: 3, Requests: []int64{0, 3}, Columns: []clicklens.Column{
		clicklens.Keys(in.Index("user_id"), []int64{83}),
		clicklens.Keys(in.Index("topic"), []int64{4, 5, 12}).Lists([]int64{0, 3}),
		clicklens.Keys(in.Index("ad_id"), []int64{35, 194, 7}),
		clicklens.Keys(in.Index("position"), []int64{1, 3}).Lists([]int64{0, 1, 1, 2}),
	}}
}

func TestRankingsAreTheModels(t *testing.T) {
	_, web := newTestServer(t)
	m := openModel(t, demoPath)
	in := must[*clicklens.Inputs](t)(m.Inputs())
	session := must[*clicklens.Session](t)(m.NewSession(in, &clicklens.SessionOptions{Gradients: clicklens.GradientsGroups}))
	ctx := context.Background()
	scores := must[[]float32](t)(session.Score(ctx, threeBatch(in)))
	saliency := must[[]float32](t)(session.Saliency(ctx, threeBatch(in), &clicklens.SaliencySpec{Method: clicklens.GradientXInput}))
	task, groups := m.Describe().Outputs[0].Name, m.Describe().Groups

	got := rankOf(t, web.URL, "{"+three+`, "explain": true, "key": 18446744073709551615}`)
	if len(got.Ranked) != 3 || got.Version != 1 || len(got.Model) != 32 {
		t.Fatalf("%+v", got)
	}
	seen := map[int]bool{}
	before := float32(math.Inf(1))
	for _, r := range got.Ranked {
		seen[r.Index] = true
		if *r.Scores[task] != scores[r.Index] || scores[r.Index] > before {
			t.Errorf("candidate %d: %v, the model says %v", r.Index, *r.Scores[task], scores[r.Index])
		}
		before = scores[r.Index]
		for g, group := range groups {
			if *r.Saliency[group] != saliency[r.Index*len(groups)+g] {
				t.Errorf("candidate %d, %s: %v, the model says %v", r.Index, group, *r.Saliency[group], saliency[r.Index*len(groups)+g])
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("%v", seen)
	}
	top := rankOf(t, web.URL, "{"+three+`, "top": 1}`)
	if len(top.Ranked) != 1 || top.Ranked[0].Index != got.Ranked[0].Index || top.Ranked[0].Saliency != nil {
		t.Errorf("%+v", top)
	}
}

// Strings, lists, weights and numbers, each as its column in a batch by hand.
func TestEveryKindOfFeature(t *testing.T) {
	const path = "../../../../tests/conformance/models/mixed.clens"
	_, web := newTestServer(t, "-model", path)
	m := openModel(t, path)
	in := must[*clicklens.Inputs](t)(m.Inputs())
	session := must[*clicklens.Session](t)(m.NewSession(in, nil))
	want := must[[]float32](t)(session.Score(context.Background(), &clicklens.Batch{Candidates: 2, Requests: []int64{0, 2},
		Columns: []clicklens.Column{
			clicklens.Strings(in.Index("user"), []string{"ann"}),
			clicklens.Keys(in.Index("tags"), []int64{1, 3}).Weighted([]float32{.5, 2}).Lists([]int64{0, 2}),
			clicklens.Keys(in.Index("ad"), []int64{2, 5}),
			clicklens.Strings(in.Index("word"), []string{"red", "car"}).Lists([]int64{0, 2, 2}),
			clicklens.Floats(in.Index("price"), []float32{1.5, -2, 0, 0}).Valid([]byte{1}),
			clicklens.Keys(in.Index("position"), []int64{0, 1}),
		}}))
	got := rankOf(t, web.URL, `{"features": {"user": "ann", "tags": {"ids": [1, 3], "weights": [0.5, 2]}}, "candidates": [
		{"ad": 2, "word": ["red", "car"], "price": [1.5, -2], "position": 0},
		{"ad": [5], "price": null, "position": [1]}]}`)
	for _, r := range got.Ranked {
		if s := *r.Scores[m.Describe().Outputs[0].Name]; s != want[r.Index] {
			t.Errorf("candidate %d: %v, not %v", r.Index, s, want[r.Index])
		}
	}
	for body, part := range map[string]string{
		`{"features": {"user": 7}, "candidates": [{}]}`:                                     "features.user: a string",
		`{"features": {"tags": {"ids": [1], "weights": []}}, "candidates": [{}]}`:           "features.tags.weights",
		`{"features": {"tags": {"ids": [1], "weights": ["a"]}}, "candidates": [{}]}`:        "features.tags.weights: a number",
		`{"features": {"tags": {"ids": [1], "wieghts": [1]}}, "candidates": [{}]}`:          "features.tags.wieghts",
		`{"candidates": [{"ad": {"ids": [1]}}]}`:                                            "candidates[0].ad: its ids have no weights",
		`{"candidates": [{"ad": 1}, {"price": 1}]}`:                                         "candidates[1].price: 1 numbers, 2",
		`{"candidates": [{"price": [1, 1e39]}]}`:                                            "candidates[0].price: 1e39",
		`{"candidates": [{"price": [1, "1"]}]}`:                                             "candidates[0].price: a number",
		`{"candidates": [{"price": [1, [1]]}]}`:                                             "candidates[0].price: a number",
		`{"candidates": [{"word": {"` + strings.Repeat("x", 1000) + `": 1}}]}`:              "candidates[0].word",
		`{"candidates": [{"` + strings.Repeat("x", 1000) + `": 1}]}`:                        "no such feature",
		`{"features": {"tags": {"ids": [1], "weights": [1e400]}}, "candidates": [{}]}`:      "features.tags.weights: 1e400",
		`{"features": {"tags": {"ids": [null], "weights": [1]}}, "candidates": [{"ad":1}]}`: "features.tags: an integer",
	} {
		refused(t, web.URL, body, http.StatusBadRequest, part)
	}
}

func refused(t *testing.T, url, body string, code int, part string) {
	t.Helper()
	got, text := post(t, url, body)
	var told struct{ Error string }
	if err := json.Unmarshal([]byte(text), &told); err != nil || got != code || !strings.Contains(told.Error, part) || len(told.Error) > 300 {
		t.Errorf("%.80s: %d %s; %d and %q are wanted", body, got, text, code, part)
	}
}

// Bodies are whole before they are sent, however long: clients and proxies are told how much comes.
func TestBodiesHaveALength(t *testing.T) {
	_, web := newTestServer(t, "-max-candidates", "1000")
	candidates := strings.Repeat(`{"ad_id": 35}, `, 499) + `{"ad_id": 7}`
	long := must[*http.Response](t)(http.Post(web.URL+"/rank", "application/json",
		strings.NewReader(`{"features": {"user_id": 83}, "candidates": [`+candidates+`]}`)))
	short := must[*http.Response](t)(http.Post(web.URL+"/rank", "application/json", strings.NewReader("{")))
	page := must[*http.Response](t)(http.Get(web.URL + "/metrics"))
	for name, r := range map[string]*http.Response{"long": long, "refused": short, "metrics": page} {
		body := must[[]byte](t)(io.ReadAll(r.Body))
		r.Body.Close()
		if r.ContentLength != int64(len(body)) || len(r.TransferEncoding) != 0 {
			t.Errorf("%s: Content-Length %d of %d bytes, sent %v", name, r.ContentLength, len(body), r.TransferEncoding)
		}
		if name != "refused" && (r.StatusCode != http.StatusOK || len(body) <= 4096) {
			t.Errorf("%s: %d, %d bytes: too few to tell", name, r.StatusCode, len(body))
		}
	}
}

func TestHostileRequests(t *testing.T) {
	s, web := newTestServer(t, "-max-candidates", "5", "-max-ids", "20", "-max-body", "20000")
	deep := strings.Repeat("[", 9000)
	for _, hostile := range []struct {
		body string
		code int
		part string
	}{
		{"", 400, "body: empty"},
		{"{", 400, "body: ends in the middle"},
		{"null", 400, "candidates: none"},
		{"[]", 400, "body: array"},
		{`"x"`, 400, "body: string"},
		{"\x00\xff", 400, "body"},
		{"{" + three + "} {}", 400, "more than one"},
		{"{" + three + "} x", 400, "more than one"},
		{"{" + three + `, "topp": 1}`, 400, "topp"},
		{`{"candidates": {}}`, 400, "candidates: object"},
		{`{"candidates": []}`, 400, "candidates: none"},
		{`{"candidates": [3]}`, 400, "candidates: number"},
		{`{"candidates": [{}, {}, {}, {}, {}, {}]}`, 400, "candidates: 6, at most 5"},
		{`{"candidates": [{"ad_id": [` + strings.Repeat("1,", 20) + `1]}]}`, 400, "ad_id: more than 20 ids"},
		{`{"features": [], "candidates": [{}]}`, 400, "features: array"},
		{`{"features": {"nope": 1}, "candidates": [{}]}`, 400, "features.nope: the model has no such feature"},
		{`{"features": {"ad_id": 1}, "candidates": [{}]}`, 400, "features.ad_id: a feature of candidates"},
		{`{"candidates": [{"user_id": 1}]}`, 400, "candidates[0].user_id: a feature of the request"},
		{`{"features": {"user_id": "83"}, "candidates": [{}]}`, 400, "features.user_id: an integer"},
		{`{"features": {"user_id": true}, "candidates": [{}]}`, 400, "features.user_id: an integer"},
		{`{"features": {"user_id": 1.5}, "candidates": [{}]}`, 400, "features.user_id: 1.5"},
		{`{"features": {"user_id": 1e400}, "candidates": [{}]}`, 400, "features.user_id: 1e400"},
		{`{"features": {"user_id": 18446744073709551616}, "candidates": [{}]}`, 400, "features.user_id: 18446744073709551616"},
		{`{"features": {"user_id": 1` + strings.Repeat("0", 9000) + `}, "candidates": [{}]}`, 400, "features.user_id"},
		{`{"features": {"user_id": NaN}, "candidates": [{}]}`, 400, "body: invalid character 'N'"},
		{`{"features": {"user_id": [[1]]}, "candidates": [{}]}`, 400, "features.user_id: an integer"},
		{`{"features": {"user_id": ` + deep + `}, "candidates": [{}]}`, 400, "body"},
		{deep + deep, 400, "body"},
		{`{"features": {"user_id": {}}, "candidates": [{}]}`, 400, "features.user_id: its ids have no weights"},
		{"{" + three + `, "top": 0}`, 400, "top: 0"},
		{"{" + three + `, "top": -1}`, 400, "top: -1"},
		{"{" + three + `, "top": 1e99}`, 400, "top"},
		{"{" + three + `, "top": 1.5}`, 400, "top"},
		{"{" + three + `, "explain": 1}`, 400, "explain"},
		{"{" + three + `, "key": 1.5}`, 400, "key"},
		{"{" + three + `, "key": "a"}`, 400, "key"},
		{"{" + three + `, "key": {}}`, 400, "key"},
		{`{"features": {"user_id": "` + strings.Repeat("y", 20000) + `"}}`, 413, "body: more than 20000 bytes"},
	} {
		refused(t, web.URL, hostile.body, hostile.code, hostile.part)
	}
	for path, code := range map[string]int{"/rank": 405, "/metrics": 200, "/nothing": 404} {
		r := must[*http.Response](t)(http.Get(web.URL + path))
		r.Body.Close()
		if r.StatusCode != code {
			t.Errorf("GET %s: %d", path, r.StatusCode)
		}
	}
	rankOf(t, web.URL, "{"+three+"}") // after all that
	for code := range s.metrics.requests {
		if n := s.metrics.requests[code].Load(); code >= 500 && n > 0 {
			t.Errorf("%d answers of code %d", n, code)
		}
	}
}

func TestTooManyRequests(t *testing.T) {
	s, web := newTestServer(t, "-concurrent", "1", "-seats", "1", "-score-timeout", "10ms", "-saliency=false")
	s.admitted <- struct{}{}
	refused(t, web.URL, "{"+three+"}", http.StatusTooManyRequests, "1 requests are at hand")
	<-s.admitted
	ok(t, s.slot.Do(context.Background(), func(*clicklens.Seat) error {
		refused(t, web.URL, "{"+three+"}", http.StatusTooManyRequests, "seats")
		return nil
	}))
	rankOf(t, web.URL, "{"+three+"}")
	refused(t, web.URL, "{"+three+`, "explain": true}`, http.StatusBadRequest, "explain")
	if page := get(t, web.URL+"/metrics"); !strings.Contains(page, `clicklens_server_requests_total{code="429"} 2`) {
		t.Error(page)
	}
}

func TestScoresThatAreNoNumbers(t *testing.T) {
	for value, want := range map[float32]string{1.5: "1.5", float32(math.Inf(1)): "null", float32(math.NaN()): "null"} {
		if got := string(must[[]byte](t)(json.Marshal(score(value)))); got != want {
			t.Errorf("%v: %s", value, got)
		}
	}
}

func TestFlagsAreChecked(t *testing.T) {
	for _, bad := range [][]string{{"-seats", "0"}, {"-record-rate", "2"}, {"-max-body", "-1"}, {"-poll", "-1s"}, {"more"}, {"-model", ""}, {"-no"}} {
		if _, err := parse(append([]string{"-model", "x"}, bad...), new(strings.Builder)); err == nil {
			t.Error(bad)
		}
	}
	if _, err := newServer(configOf(t, "-model", "no-such-file")); err == nil || !strings.Contains(err.Error(), "no-such-file") {
		t.Error(fmt.Sprint(err))
	}
}
