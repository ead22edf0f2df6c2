package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A parsed page: samples by name and labels, kinds of families, names of labels.
type parsed struct {
	samples map[string]float64
	kinds   map[string]string
	labels  map[string]bool
}

var sampleLine = regexp.MustCompile(`^([a-z_]+)(\{([a-z_]+="[^"]*",?)*\})? (\S+)$`)

// parsePage holds a page to Prometheus's text format: families together, with their help and kind before them.
func parsePage(t testing.TB, text string) parsed {
	t.Helper()
	p := parsed{map[string]float64{}, map[string]string{}, map[string]bool{}}
	family := ""
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		words := strings.SplitN(line, " ", 4)
		switch {
		case strings.HasPrefix(line, "# HELP "):
			if family = words[2]; p.kinds[family] != "" || len(words) < 4 {
				t.Errorf("%s", line)
			}
		case strings.HasPrefix(line, "# TYPE "):
			if words[2] != family {
				t.Errorf("%s: not after its help", line)
			}
			p.kinds[family] = words[3]
		default:
			m := sampleLine.FindStringSubmatch(line)
			if m == nil {
				t.Errorf("%q is no sample", line)
				continue
			}
			name := m[1]
			if p.kinds[family] == "histogram" {
				name = regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
			}
			if name != family || strings.HasSuffix(name, "_total") != (p.kinds[family] == "counter") {
				t.Errorf("%q in family %s, a %s", line, family, p.kinds[family])
			}
			value, err := strconv.ParseFloat(m[4], 64)
			if _, twice := p.samples[m[1]+m[2]]; err != nil || twice {
				t.Errorf("%q: %v, twice: %v", line, err, twice)
			}
			p.samples[m[1]+m[2]] = value
			for _, label := range regexp.MustCompile(`([a-z_]+)="`).FindAllStringSubmatch(m[2], -1) {
				p.labels[label[1]] = true
			}
		}
	}
	return p
}

func TestMetricsAreCounted(t *testing.T) {
	_, web := newTestServer(t, "-recordings", t.TempDir(), "-record-rate", "1")
	empty := parsePage(t, get(t, web.URL+"/metrics"))
	if n := empty.samples[`clicklens_server_requests_total{code="200"}`]; n != 0 {
		t.Error(n)
	}
	for range 4 {
		rankOf(t, web.URL, "{"+three+`, "explain": true}`)
	}
	post(t, web.URL, "no")
	p := parsePage(t, get(t, web.URL+"/metrics"))
	for name, want := range map[string]float64{
		`clicklens_server_requests_total{code="200"}`:         4,
		`clicklens_server_requests_total{code="400"}`:         1,
		`clicklens_server_request_seconds_bucket{le="+Inf"}`:  5,
		"clicklens_server_request_seconds_count":              5,
		"clicklens_server_requests_in_flight":                 0,
		"clicklens_server_candidates_total":                   12,
		"clicklens_slot_version":                              1,
		"clicklens_recorder_sampled_total":                    4,
		"clicklens_profile_rows_total":                        12,
		"clicklens_profile_seen_total":                        12,
		`clicklens_profile_missing_total{feature="segment"}`:  12,
		`clicklens_profile_missing_total{feature="position"}`: 4,
		`clicklens_profile_ids_total{feature="topic"}`:        36,
		`clicklens_profile_neurons{layer="l1"}`:               64,
		`clicklens_profile_non_finite_total{task="ctr"}`:      0,
		`clicklens_server_reloads_total{result="refused"}`:    0,
		"clicklens_server_profile_save_failures_total":        0,
	} {
		if got, is := p.samples[name]; !is || got != want {
			t.Errorf("%s: %v (%v), not %v", name, got, is, want)
		}
	}
	share := 0.0
	before := 0.0
	for name, value := range p.samples {
		if strings.HasPrefix(name, "clicklens_profile_saliency_ratio") {
			share += value
		}
	}
	if share < .999 || share > 1.001 {
		t.Errorf("shares of saliency add up to %v", share)
	}
	for _, bound := range bounds {
		n := p.samples[`clicklens_server_request_seconds_bucket{le="`+strconv.FormatFloat(bound, 'g', -1, 64)+`"}`]
		if n < before {
			t.Errorf("bucket %v has %v, the one before %v", bound, n, before)
		}
		before = n
	}
}

// queries of the dashboard and expressions of the alert rules.
func queries(t testing.TB) (dashboard, rules []string) {
	t.Helper()
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	ok(t, json.Unmarshal(must[[]byte](t)(os.ReadFile("grafana.json")), &board))
	for _, panel := range board.Panels {
		for _, target := range panel.Targets {
			dashboard = append(dashboard, target.Expr)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^ +expr: (.*)$`).FindAllStringSubmatch(string(must[[]byte](t)(os.ReadFile("alerts.yml"))), -1) {
		rules = append(rules, m[1])
	}
	if len(dashboard) < 20 || len(rules) != strings.Count(string(must[[]byte](t)(os.ReadFile("alerts.yml"))), "- alert:") {
		t.Fatalf("%d queries, %d rules", len(dashboard), len(rules))
	}
	return dashboard, rules
}

// What the dashboard and the rules name, the server exports: metrics and labels.
func TestQueriesNameWhatIsExported(t *testing.T) {
	_, web := newTestServer(t)
	rankOf(t, web.URL, "{"+three+"}")
	p := parsePage(t, get(t, web.URL+"/metrics"))
	metrics := map[string]bool{"up": true}
	for name := range p.samples {
		metrics[strings.SplitN(name, "{", 2)[0]] = true
	}
	p.labels["instance"], p.labels["job"] = true, true // Prometheus's own
	keywords := map[string]bool{"by": true, "offset": true, "and": true, "or": true, "unless": true}
	dashboard, rules := queries(t)
	for _, query := range append(dashboard, rules...) {
		for _, m := range regexp.MustCompile(`([a-z_]+) *(=~|!~|!=|=) *"`).FindAllStringSubmatch(query, -1) {
			if !p.labels[m[1]] {
				t.Errorf("%s: no label %s", query, m[1])
			}
		}
		rest := regexp.MustCompile(`\{[^}]*\}|\[[^\]]*\]`).ReplaceAllString(query, "")
		for _, m := range regexp.MustCompile(`by \(([^)]*)\)`).FindAllStringSubmatch(rest, -1) {
			for _, label := range strings.Split(m[1], ",") {
				if !p.labels[strings.TrimSpace(label)] {
					t.Errorf("%s: no label %s", query, label)
				}
			}
		}
		rest = regexp.MustCompile(`by \([^)]*\)|[0-9][0-9a-z.]*`).ReplaceAllString(rest, "")
		named := 0
		for _, at := range regexp.MustCompile(`[a-z_]+`).FindAllStringIndex(rest, -1) {
			word := rest[at[0]:at[1]]
			if keywords[word] || strings.HasPrefix(strings.TrimSpace(rest[at[1]:]), "(") { // a function
				continue
			}
			if named++; !metrics[word] {
				t.Errorf("%s: no metric %s", query, word)
			}
		}
		if named == 0 {
			t.Errorf("%s: names no metric", query)
		}
	}
}
