// Adserver ranks ads over HTTP with a model of clicklens. It is made to be copied: README.md says how.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	c, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		var listener net.Listener
		if listener, err = net.Listen("tcp", c.listen); err == nil {
			err = serve(c, listener)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "adserver:", err)
		os.Exit(1)
	}
}

// serve serves until SIGTERM or SIGINT, and leaves nothing unwritten.
func serve(c config, listener net.Listener) error {
	stop, done := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer done()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	defer signal.Stop(signals)
	return serveUntil(stop, signals, c, listener)
}

func serveUntil(stop context.Context, hangup <-chan os.Signal, c config, listener net.Listener) error {
	s, err := newServer(c)
	if err != nil {
		listener.Close()
		return err
	}
	background, end := context.WithCancel(context.Background())
	finished := make(chan struct{})
	go func() {
		s.run(background, hangup)
		close(finished)
	}()
	web := &http.Server{Handler: s.handler(), ReadHeaderTimeout: c.headerTimeout, ReadTimeout: c.readTimeout,
		WriteTimeout: c.writeTimeout, IdleTimeout: c.idleTimeout, MaxHeaderBytes: 16 << 10}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	log.Printf("serving on http://%s", listener.Addr())

	select {
	case err = <-failed: // the listener is gone
	case <-stop.Done():
		log.Print("shutting down")
		s.draining.Store(true)
		time.Sleep(c.pause) // for load balancers to look at /healthz
		limit, cancel := context.WithTimeout(context.Background(), c.shutdownTimeout)
		err = web.Shutdown(limit)
		cancel()
	}
	end()
	<-finished
	return errors.Join(err, s.close())
}
