package main

import (
	"math/bits"
	"time"
)

const perOctave = 128

// A histogram counts durations in bins of less than one percent.
type histogram struct {
	counts [40 * perOctave]uint32
	most   time.Duration
	sum    time.Duration
	count  uint64
}

func (h *histogram) add(d time.Duration) {
	n := max(uint64(d), perOctave)
	octave := min(bits.Len64(n)-1, 39)
	h.counts[octave*perOctave+int(min(n>>(octave-7), 2*perOctave-1))-perOctave]++
	h.most = max(h.most, d)
	h.sum += d
	h.count++
}

func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.most = max(h.most, other.most)
	h.sum += other.sum
	h.count += other.count
}

// quantile is what so large a share took no longer than, rounded up to its bin, in microseconds.
func (h *histogram) quantile(share float64) float64 {
	rank := uint64(share * float64(h.count))
	var below uint64
	for i, n := range h.counts {
		if below += uint64(n); below > rank {
			end := float64(uint64(1)<<(i/perOctave)) * (1 + float64(i%perOctave+1)/perOctave)
			return min(end, float64(h.most)) / 1e3
		}
	}
	return float64(h.most) / 1e3
}
