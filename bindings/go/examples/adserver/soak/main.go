// Soak sends a server of this folder, or the Rust one, so many requests over loopback, holds every answer to what the
// model says, and meanwhile replaces the model, kills the server and starts it again:
//
//	soak -models a.clens,b.clens -reloads 20 -kills 1 -- ./adserver -listen localhost:0 -model {folder}/m.clens
//	  -profiles {folder}/profiles -profile-interval 1s -poll 0
//
// The command has to serve {folder}/m.clens on a port of its choice and say "serving on http://..."; SIGHUP reloads.
// Exit status 1: an answer failed or was wrong, or something that was acknowledged is gone.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

type options struct {
	models      []string
	requests    int64
	connections int
	candidates  int
	pool        int
	reloads     int
	kills       int
	exact       bool
	json        string
	folder      string
	command     []string
}

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = runAndTell(o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func parse(arguments []string, out io.Writer) (o options, err error) {
	f := flag.NewFlagSet("soak", flag.ContinueOnError)
	f.SetOutput(out)
	models := f.String("models", "", "`files`: versions of a model for the same requests, separated by commas")
	f.Int64Var(&o.requests, "requests", 1_000_000, "so many answers are wanted")
	f.IntVar(&o.connections, "connections", 8, "each with one request at a time")
	f.IntVar(&o.candidates, "candidates", 20, "of a request")
	f.IntVar(&o.pool, "pool", 256, "different requests")
	f.IntVar(&o.reloads, "reloads", 0, "spread over the run")
	f.IntVar(&o.kills, "kills", 0, "by SIGKILL, spread over the run; the server is started again each time")
	f.BoolVar(&o.exact, "exact", false, "the server profiles every candidate and records every request, and keeps all files")
	f.StringVar(&o.json, "json", "", "`file` for the report")
	f.StringVar(&o.folder, "folder", "", "{folder}, kept; empty: a temporary one")
	if err = f.Parse(arguments); err != nil {
		return o, err
	}
	o.command = f.Args()
	o.models = strings.Split(*models, ",")
	switch {
	case *models == "":
		err = errors.New("-models: none")
	case len(o.command) == 0:
		err = errors.New("no command of a server")
	case o.requests < 1 || o.connections < 1 || o.candidates < 1 || o.pool < 1 || o.reloads < 0 || o.kills < 0:
		err = errors.New("-requests, -connections, -candidates, -pool: at least 1; -reloads, -kills: at least 0")
	case o.connections > 10_000 || o.pool > 1_000_000:
		err = errors.New("-connections: at most 10,000; -pool: at most 1,000,000")
	case o.reloads > 0 && len(o.models) < 2:
		err = errors.New("-reloads: with one model none would be seen")
	}
	return o, err
}

func runAndTell(o options, out io.Writer) error {
	r, err := run(o)
	if err != nil {
		return err
	}
	r.print(out)
	if o.json != "" {
		text, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.json, append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	return r.verdict()
}
