// Package clicklens scores click candidates with a model file of clicklens, and says why: scores, what happened inside
// the network, and the saliency of every feature group, over the C ABI (clicklens.h) and nothing else.
//
// Open a model, say once what the host sends, make a [Pool] of sessions, score:
//
//	model, err := clicklens.Open("ctr.clens")
//	...
//	defer model.Close()
//	inputs, err := clicklens.NewInputs(
//		clicklens.Input{Name: "user_id", Kind: clicklens.ColumnKeys},
//		clicklens.Input{Name: "ad_id", Kind: clicklens.ColumnKeys})
//	...
//	pool, err := model.NewPool(inputs, runtime.GOMAXPROCS(0), nil)
//	...
//	// One request, three ads: one user, three ad ids, three probabilities.
//	scores, err := pool.Score(ctx, &clicklens.Batch{
//		Candidates: 3,
//		Requests:   []int64{0, 3},
//		Columns: []clicklens.Column{
//			clicklens.Keys(0, []uint64{42}),
//			clicklens.Keys(1, []uint64{3, 14, 159}),
//		},
//	})
//
// # Errors
//
// What fails gives an [*Error], which has a [Status] and a message that names the file, feature, field or argument;
// errors.Is(err, clicklens.ErrBadBatch) tells statuses apart. A bad value in a batch is no error unless the batch is
// strict: it follows its feature's rule, and [Result.Counts] counts it.
//
// # Goroutines
//
// A [Model], [Inputs], [Cache], [Probe] and [Recorder] are shared by any number of goroutines, and so are a [Pool] and a
// [Slot], whose model changes while it is scored with. A
// [Session] is one goroutine's at a time; used by two it refuses the second ([ErrInUse]). A [Profile] takes turns.
//
// # Memory
//
// Close what Open and New... make; the garbage collector closes what was forgotten, some time. What was made of something
// outlives it: a model may be closed before its sessions. Methods of something closed return [ErrClosed].
//
// A run is one call to C and allocates nothing, given the caller's slices ([Session.ScoreInto], [Session.Run] into a
// [Result] that is used again). Larger slices of a batch are handed to C where they are, and not kept.
//
// # Linking
//
// The package links with the installed library, as pkg-config finds it. With the build tag clicklens_static it links
// with the archive instead: programs then need no libclicklens.so.
package clicklens
