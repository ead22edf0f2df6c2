package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/clicklens/clicklens/bindings/go"
)

// kept are the files in a folder and below: rows of profiles and requests of recordings.
type kept map[string]uint64

const (
	profilePattern   = "*/*.profile"
	recordingPattern = "*/*.clrec"
)

func look(folder string) kept {
	k := kept{}
	for _, pattern := range []string{profilePattern, recordingPattern} {
		paths, _ := filepath.Glob(filepath.Join(folder, pattern))
		for _, path := range paths {
			k[path] = 0
		}
	}
	return k
}

// since adds up what files have that were not there before.
func (k kept) since(folder, pattern string, count func(string) (uint64, error)) (sum uint64, err error) {
	paths, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil {
		return 0, err
	}
	for _, path := range paths {
		if _, old := k[path]; old {
			continue
		}
		n, err := count(path)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		sum += n
	}
	return sum, nil
}

func loadProfile(path string) (*clicklens.Profile, uint64, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	p, err := clicklens.LoadProfile(nil, bytes)
	if err != nil {
		return nil, 0, err
	}
	info, err := p.Describe()
	return p, info.Rows, err
}

func rowsOf(path string) (uint64, error) {
	p, rows, err := loadProfile(path)
	if err == nil {
		p.Close()
	}
	return rows, err
}

func requestsOf(path string) (requests uint64, err error) {
	r, err := clicklens.OpenRecording(path)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for {
		record, err := r.Next()
		if errors.Is(err, clicklens.ErrNotFound) {
			return requests, nil
		}
		if err != nil {
			return requests, err
		}
		requests += uint64(max(record.Requests, 1))
	}
}

// merge adds up all profiles of a folder, model by model, as `clicklens merge` does, whatever process wrote them.
func merge(folder string) (rows uint64, err error) {
	paths, err := filepath.Glob(filepath.Join(folder, profilePattern))
	if err != nil {
		return 0, err
	}
	sums := map[[2]uint64]*clicklens.Profile{}
	for _, path := range paths {
		p, _, err := loadProfile(path)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		info, err := p.Describe()
		if err != nil {
			return 0, err
		}
		sum := sums[info.Model]
		if sum == nil {
			sums[info.Model] = p
			continue
		}
		err = sum.Merge(p)
		p.Close()
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
	}
	for _, sum := range sums {
		info, err := sum.Describe()
		if err != nil {
			return 0, err
		}
		rows += info.Rows
		sum.Close()
	}
	return rows, nil
}
