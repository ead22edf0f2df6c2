package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/clicklens/clicklens/bindings/go"
)

// A ranking is the answer to POST /rank.
type ranking struct {
	Model   string   `json:"model"`   // its id
	Version uint64   `json:"version"` // of this process, from 1
	Ranked  []ranked `json:"ranked"`  // the best first, by the first task
}

type ranked struct {
	Index    int              `json:"index"`              // in the request's candidates
	Scores   map[string]score `json:"scores"`             // probabilities, by task
	Saliency map[string]score `json:"saliency,omitempty"` // what moved the first task's logit, by feature group
}

// A score that is not finite is null: JSON has no such numbers.
type score float32

func (s score) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(s)) || math.IsInf(float64(s), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float32(s))
}

func (s *server) rank(w http.ResponseWriter, r *http.Request) {
	begin := time.Now()
	s.metrics.inFlight.Add(1)
	defer s.metrics.inFlight.Add(-1)
	code := http.StatusOK
	answer, err := s.answer(w, r)
	var text []byte
	if err == nil {
		text, err = json.Marshal(answer)
	}
	if err != nil {
		code, text = failure(err)
	}
	if code == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	respond(w, code, "application/json", append(text, '\n'))
	s.metrics.requests.add(code)
	s.metrics.latency.observe(time.Since(begin))
}

// respond sends a body that is whole, and says how long it is: net/http would send one above 2 KB in chunks.
func respond(w http.ResponseWriter, code int, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	w.Write(body)
}

// failure is the status and the body of an error.
func failure(err error) (int, []byte) {
	code, message := http.StatusInternalServerError, "internal error"
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		code, message = refused.code, refused.message
	case errors.Is(err, context.DeadlineExceeded):
		code, message = http.StatusTooManyRequests, "all seats are taken"
	case errors.Is(err, context.Canceled):
		code, message = 499, "the client went away" // nginx's number: nobody reads it
	case errors.Is(err, clicklens.ErrBadBatch), errors.Is(err, clicklens.ErrBadValue):
		code, message = http.StatusBadRequest, err.Error()
	default:
		log.Print("rank: ", err)
	}
	text, _ := json.Marshal(map[string]string{"error": message})
	return code, text
}

func (s *server) answer(w http.ResponseWriter, r *http.Request) (*ranking, error) {
	select {
	case s.admitted <- struct{}{}:
		defer func() { <-s.admitted }()
	default:
		return nil, refuse(http.StatusTooManyRequests, "%d requests are at hand", s.concurrent)
	}
	request, err := decode(w, r, s.maxBody)
	if err != nil {
		return nil, err
	}
	if err := request.check(&s.config); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.scoreTimeout)
	defer cancel()
	var answer *ranking
	err = s.slot.Do(ctx, func(seat *clicklens.Seat) error {
		answer, err = scoreWith(ctx, seat, request, s.maxIDs)
		return err
	})
	if err == nil {
		s.metrics.candidates.Add(uint64(len(request.Candidates)))
	}
	return answer, err
}

// scoreWith scores a request with the model of one seat.
func scoreWith(ctx context.Context, seat *clicklens.Seat, request *rankRequest, maxIDs int) (*ranking, error) {
	release := seat.With().(*release)
	batch, err := release.batch(request, maxIDs)
	if err != nil {
		return nil, err
	}
	scores, err := seat.Score(ctx, batch) // profiled and recorded
	if err != nil {
		return nil, err
	}
	var saliency []float32
	if request.Explain {
		if saliency, err = seat.Saliency(ctx, batch, release.saliency); err != nil {
			return nil, err
		}
	}
	tasks, groups := len(release.tasks), len(release.groups)
	order := make([]int, batch.Candidates)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b*tasks], scores[a*tasks]) }) // NaN last
	if request.Top != nil {
		order = order[:min(*request.Top, len(order))]
	}
	answer := &ranking{Model: release.id, Version: seat.Version(), Ranked: make([]ranked, len(order))}
	for i, c := range order {
		answer.Ranked[i] = ranked{Index: c, Scores: named(release.tasks, scores[c*tasks:])}
		if request.Explain {
			answer.Ranked[i].Saliency = named(release.groups, saliency[c*groups:])
		}
	}
	return answer, nil
}

func named(names []string, values []float32) map[string]score {
	by := make(map[string]score, len(names))
	for i, name := range names {
		by[name] = score(values[i])
	}
	return by
}
