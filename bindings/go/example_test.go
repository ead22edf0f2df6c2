package clicklens_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/clicklens/clicklens/bindings/go"
)

// demo is a request for the demo's model: one user, who looks at five ads.
func demo(model *clicklens.Model) *clicklens.Batch {
	batch := &clicklens.Batch{Candidates: 5, Requests: []int64{0, 5}}
	for i, feature := range model.Describe().Features {
		ids := []int64{1, 2, 3, 4, 5}
		if feature.Scope == clicklens.ScopeRequest {
			ids = ids[:1]
		}
		batch.Columns = append(batch.Columns, clicklens.Keys(i, ids))
	}
	return batch
}

func Example() {
	model, err := clicklens.Open("../cli/demo/demo.clens")
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	inputs, err := model.Inputs() // every feature, in the model's order
	if err != nil {
		log.Fatal(err)
	}
	defer inputs.Close()
	pool, err := model.NewPool(inputs, 2, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	scores, err := pool.Score(context.Background(), demo(model))
	if err != nil {
		log.Fatal(err)
	}
	for ad, score := range scores {
		fmt.Printf("ad %d: %.4f\n", ad+1, score)
	}
	// Output:
	// ad 1: 0.0076
	// ad 2: 0.0077
	// ad 3: 0.0051
	// ad 4: 0.0069
	// ad 5: 0.0075
}

func ExampleSession_Saliency() {
	model, err := clicklens.Open("../cli/demo/demo.clens")
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	inputs, err := model.Inputs()
	if err != nil {
		log.Fatal(err)
	}
	defer inputs.Close()
	session, err := model.NewSession(inputs, &clicklens.SessionOptions{Gradients: clicklens.GradientsFull})
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	batch := demo(model)
	ctx := context.Background()

	var means clicklens.Means // of reference rows: here those of the request itself
	if err := session.AddMeans(ctx, batch, &means); err != nil {
		log.Fatal(err)
	}
	values, err := session.Saliency(ctx, batch, &clicklens.SaliencySpec{Means: means.Values()})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("what sets the first ad apart from the five:")
	for g, group := range model.Describe().Groups {
		fmt.Printf("%-8s %+.3f\n", group, values[g]+0) // + 0: no -0
	}
	// Output:
	// what sets the first ad apart from the five:
	// user     +0.000
	// query    +0.000
	// ad       -0.212
	// context  +0.357
	// noise    -0.057
	// memo     +0.000
	// interest +0.000
}

func ExampleSession_Run() {
	model, err := clicklens.Open("../cli/demo/demo.clens")
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	inputs, err := model.Inputs()
	if err != nil {
		log.Fatal(err)
	}
	defer inputs.Close()
	session, err := model.NewSession(inputs, &clicklens.SessionOptions{Captures: []string{"l3"}})
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	result := session.NewResult() // used again, it makes runs that allocate nothing
	if err := session.Run(context.Background(), demo(model), result); err != nil {
		log.Fatal(err)
	}
	layer := result.Captures[0]
	fmt.Println(len(result.Scores), "scores,", layer.Rows, "rows of", len(layer.Data)/layer.Rows, "neurons")
	// Output: 5 scores, 5 rows of 16 neurons
}

func ExampleOpen_errors() {
	_, err := clicklens.Open("no-such-file.clens")
	fmt.Println(errors.Is(err, clicklens.ErrIO))
	// Output: true
}

func ExamplePool_Collect() {
	model, err := clicklens.Open("../cli/demo/demo.clens")
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	inputs, err := model.Inputs()
	if err != nil {
		log.Fatal(err)
	}
	defer inputs.Close()
	options := &clicklens.ProfileOptions{Sections: clicklens.ProfileScores}
	pool, err := model.NewPool(inputs, 1, &clicklens.SessionOptions{Profile: options})
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	profile, err := model.NewProfile(options)
	if err != nil {
		log.Fatal(err)
	}
	defer profile.Close()
	for range 3 {
		if _, err := pool.Score(context.Background(), demo(model)); err != nil {
			log.Fatal(err)
		}
		if _, err := pool.Collect(profile); err != nil { // as a page of /metrics does, now and then
			log.Fatal(err)
		}
	}
	if err := profile.WritePrometheus(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func ExampleRecorder() {
	model, err := clicklens.Open("../cli/demo/demo.clens")
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	inputs, err := model.Inputs()
	if err != nil {
		log.Fatal(err)
	}
	defer inputs.Close()
	folder, err := os.MkdirTemp("", "served")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	recorder, err := model.NewRecorder(inputs, filepath.Join(folder, "served"), &clicklens.RecorderOptions{Thread: true})
	if err != nil {
		log.Fatal(err)
	}
	session, err := model.NewSession(inputs, &clicklens.SessionOptions{Recorder: recorder})
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	batch := demo(model)
	batch.Keys = []uint64{7} // of the request: what samples and replays go by
	if _, err := session.Score(context.Background(), batch); err != nil {
		log.Fatal(err)
	}
	if err := recorder.Close(); err != nil { // writes what waits
		log.Fatal(err)
	}
	recording, err := clicklens.OpenRecording(filepath.Join(folder, "served-00000001.clrec"))
	if err != nil {
		log.Fatal(err)
	}
	defer recording.Close()
	record, err := recording.Next()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(record.Candidates, "candidates,", len(record.Scores), "scores")
	// Output: 5 candidates, 5 scores
}
