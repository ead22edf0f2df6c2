package clicklens

// A Batch is what is scored at once: the candidates of one request or of many, as views of the caller's slices.
//
// The work that depends on a request alone is done once for all its candidates; that of request features too, which
// have one entry per request. A Batch may be scored by many goroutines at a time as long as none writes to it.
type Batch struct {
	Candidates int
	// Requests are where requests begin among the candidates, and, last, Candidates itself: request r has candidates
	// Requests[r] to Requests[r+1]. nil: every candidate is its own request.
	Requests []int64
	// Keys name the requests, one each: what sampling goes by. May be nil.
	Keys    []uint64
	Columns []Column // at most one for each input; an input without is missing in every entry
	Strict  bool     // a bad value fails the run with ErrBadValue, instead of being counted
	// Cache holds what candidates are known by; CacheRows[c] is candidate c's row there, or -1: then columns of
	// candidate scope have an entry for it. Both or neither; in a [Slot], CacheRows alone means the version's cache.
	Cache     *Cache
	CacheRows []int64
}

// RowInfo is what is known of a batch's candidates, one entry each, for profiles and probes; nil: not known.
type RowInfo struct {
	Labels   []uint8   // 0 or 1
	Clusters []uint64  // of the unit whose rows depend on each other, the user: standard errors go by them
	Groups   []uint64  // of GAUC
	Controls []uint64  // id of a probe's control task
	Targets  []float32 // numbers to foretell
	FirstRow uint64    // number of the first candidate among all rows of the data
}

// Counts are what a run met in its columns, over all features.
type Counts struct {
	Missing   uint64 // entries that end without a value, null elements of entries that keep another
	Unknown   uint64 // ids that the encoder does not know, rows out of range
	Cut       uint64 // ids beyond a feature's MaxLength
	BadValues uint64 // dense values or weights that are not finite, invalid UTF-8
	NonFinite uint64 // scores that are not finite
}

// requests is how many there are; what requests have one entry for each has as many.
func (b *Batch) requests() int {
	if len(b.Requests) < 2 {
		return b.Candidates
	}
	return len(b.Requests) - 1
}

// uncached is the number of candidates that columns of candidate scope have an entry for.
func (b *Batch) uncached() int {
	if b.CacheRows == nil {
		return b.Candidates
	}
	count := 0
	for _, row := range b.CacheRows {
		if row < 0 {
			count++
		}
	}
	return count
}
