package clicklens

import (
	"context"
	"slices"
	"testing"
)

// Where all arguments of a call are taken, arrays are copied: those that C reads, and those that it writes.
func TestBeyondTheArguments(t *testing.T) {
	model, err := Open("../cli/demo/demo.clens")
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	inputs, err := model.Inputs()
	if err != nil {
		t.Fatal(err)
	}
	defer inputs.Close()
	session, err := model.NewSession(inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	const n = 300
	b := &Batch{Candidates: n, Requests: []int64{0, n}}
	for i, f := range model.info.Features {
		ids := make([]int64, n)
		for k := range ids {
			ids[k] = int64(k*(i+3)) % 16
		}
		if f.Scope == ScopeRequest {
			ids = ids[1:2]
		}
		b.Columns = append(b.Columns, Keys(i, ids))
	}
	ctx := context.Background()
	want, got := make([]float32, n), make([]float32, n)
	if err := session.ScoreInto(ctx, b, want); err != nil {
		t.Fatal(err)
	}
	for free := range len(session.frame.slots) + 1 {
		clear(got)
		if err := session.begin(ctx); err != nil {
			t.Fatal(err)
		}
		f := &session.frame
		f.taken = len(f.slots) - free
		f.scores(Probability, got)
		err := session.run(0, b, nil)
		session.end()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("with %d arguments left: other scores", free)
		}
		for i, at := range f.slots {
			if at != nil {
				t.Errorf("slot %d still holds what was the caller's", i)
			}
		}
	}
}
