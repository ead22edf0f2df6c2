package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func installed(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("NO %s HERE (Debian's package prometheus): the rules are not held to the real one", strings.ToUpper(name))
	}
	return path
}

func TestRulesAreRules(t *testing.T) {
	out, err := exec.Command(installed(t, "promtool"), "check", "rules", "alerts.yml").CombinedOutput()
	_, rules := queries(t)
	if err != nil || !strings.Contains(string(out), fmt.Sprintf("%d rules found", len(rules))) {
		t.Errorf("%v: %s", err, out)
	}
}

func TestMetricsAreLinted(t *testing.T) {
	_, web := newTestServer(t, "-recordings", t.TempDir(), "-record-rate", "1")
	rankOf(t, web.URL, "{"+three+"}")
	lint := exec.Command(installed(t, "promtool"), "check", "metrics")
	lint.Stdin = strings.NewReader(get(t, web.URL+"/metrics"))
	if out, err := lint.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// query asks Prometheus; vector results as their number.
func query(t testing.TB, address, text string) (results []float64) {
	t.Helper()
	r := must[*http.Response](t)(http.Get(address + "/api/v1/query?query=" + url.QueryEscape(text)))
	defer r.Body.Close()
	body := must[[]byte](t)(io.ReadAll(r.Body))
	var answer struct {
		Status string
		Data   struct {
			Result []struct{ Value [2]any }
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Status != "success" {
		t.Fatalf("%s: %s", text, body)
	}
	for _, result := range answer.Data.Result {
		var value float64
		fmt.Sscan(result.Value[1].(string), &value)
		results = append(results, value)
	}
	return results
}

// A real Prometheus scrapes the server for a few seconds: every query of the dashboard has data, every rule is evaluated.
func TestPrometheusScrapes(t *testing.T) {
	prometheus := installed(t, "prometheus")
	_, web := newTestServer(t, "-recordings", t.TempDir(), "-record-rate", "1")
	folder := t.TempDir()
	rules := must[string](t)(filepath.Abs("alerts.yml"))
	settings := fmt.Sprintf(`
global: {scrape_interval: 200ms, evaluation_interval: 200ms}
rule_files: [%q]
scrape_configs: [{job_name: adserver, static_configs: [{targets: [%q]}]}]
`, rules, strings.TrimPrefix(web.URL, "http://"))
	ok(t, os.WriteFile(filepath.Join(folder, "prometheus.yml"), []byte(settings), 0o644))
	free := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	address := free.Addr().String()
	free.Close()
	command := exec.Command(prometheus, "--config.file="+filepath.Join(folder, "prometheus.yml"),
		"--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.listen-address="+address, "--log.level=warn")
	var log strings.Builder
	command.Stdout, command.Stderr = &log, &log
	ok(t, command.Start())
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	at := "http://" + address
	until(t, "Prometheus", func() bool {
		r, err := http.Get(at + "/-/ready")
		if err != nil {
			return false
		}
		r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
	sent := 0
	until(t, "three scrapes", func() bool {
		rankOf(t, web.URL, "{"+three+`, "explain": true}`)
		sent++
		time.Sleep(20 * time.Millisecond)
		n := query(t, at, `count_over_time(clicklens_profile_rows_total[1m])`)
		return len(n) == 1 && n[0] >= 3
	})
	until(t, "all requests", func() bool {
		n := query(t, at, `clicklens_server_requests_total{code="200"}`)
		return len(n) == 1 && n[0] == float64(sent)
	})
	if up := query(t, at, "up"); len(up) != 1 || up[0] != 1 {
		t.Errorf("up: %v", up)
	}
	dashboard, expressions := queries(t)
	for _, expression := range dashboard {
		expression = strings.ReplaceAll(expression, "$__rate_interval", "1m")
		if len(query(t, at, expression)) == 0 {
			t.Errorf("%s: no data", expression)
		}
	}
	var all struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health, LastError string }
			}
		}
	}
	evaluated := 0
	until(t, "the rules", func() bool {
		ok(t, json.Unmarshal([]byte(get(t, at+"/api/v1/rules")), &all))
		evaluated = 0
		for _, group := range all.Data.Groups {
			for _, rule := range group.Rules {
				if rule.Health == "ok" {
					evaluated++
				} else if rule.Health != "unknown" {
					t.Fatalf("%+v", rule)
				}
			}
		}
		return evaluated == len(expressions)
	})
}
