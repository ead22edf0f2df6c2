package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

const demoPath = "../../../cli/demo/demo.clens"

// With ADSERVER_ARGUMENTS the test is the server, to be killed.
func TestMain(m *testing.M) {
	if arguments := os.Getenv("ADSERVER_ARGUMENTS"); arguments != "" {
		os.Args = append(os.Args[:1], strings.Fields(arguments)...)
		main()
		os.Exit(0)
	}
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

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

// configOf are the flags' values.
func configOf(t testing.TB, arguments ...string) config {
	t.Helper()
	return must[config](t)(parse(append([]string{"-model", demoPath, "-seats", "2", "-profile-every", "1"}, arguments...), io.Discard))
}

func newTestServer(t testing.TB, arguments ...string) (*server, *httptest.Server) {
	t.Helper()
	s := must[*server](t)(newServer(configOf(t, arguments...)))
	web := httptest.NewServer(s.handler())
	t.Cleanup(func() {
		web.Close()
		ok(t, s.close())
	})
	return s, web
}

func newWeb(t testing.TB, s *server) string {
	t.Helper()
	web := httptest.NewServer(s.handler())
	t.Cleanup(web.Close)
	return web.URL
}

type pipe = io.ReadCloser

// post gives the answer to POST /rank.
func post(t testing.TB, url, body string) (int, string) {
	t.Helper()
	r := must[*http.Response](t)(http.Post(url+"/rank", "application/json", strings.NewReader(body)))
	defer r.Body.Close()
	return r.StatusCode, string(must[[]byte](t)(io.ReadAll(r.Body)))
}

// An answer as a client reads it.
type answer struct {
	Model   string
	Version uint64
	Ranked  []struct {
		Index            int
		Scores, Saliency map[string]*float32
	}
}

func rankOf(t testing.TB, url, body string) (a answer) {
	t.Helper()
	code, text := post(t, url, body)
	if code != http.StatusOK {
		t.Fatalf("%d: %s", code, text)
	}
	ok(t, json.Unmarshal([]byte(text), &a))
	return a
}

func get(t testing.TB, url string) string {
	t.Helper()
	r := must[*http.Response](t)(http.Get(url))
	defer r.Body.Close()
	text := string(must[[]byte](t)(io.ReadAll(r.Body)))
	if r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", url, r.StatusCode, text)
	}
	return text
}

func openModel(t testing.TB, path string) *clicklens.Model {
	t.Helper()
	m := must[*clicklens.Model](t)(clicklens.Open(path))
	t.Cleanup(func() { m.Close() })
	return m
}

// replace puts a file in place by rename.
func replace(t testing.TB, path string, bytes []byte) {
	t.Helper()
	next := filepath.Join(filepath.Dir(path), "next")
	ok(t, os.WriteFile(next, bytes, 0o644))
	ok(t, os.Rename(next, path))
}
