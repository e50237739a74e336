package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"lamplight/server/nodetest/netlab"
	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/eventlog"
	"lamplight/sync/exchange"
	"lamplight/sync/segment"
)

// A syncBox is a box's keys, log and exchange, with sockets at one end of the road.
type syncBox struct {
	dev  *device.Device
	reg  *device.Registry
	log  exchange.Log
	node *exchange.Node
	stop func()
}

const exchangePort = "7947"

// noFold is an Applier of nothing: what is measured is the road.
type noFold struct{}

func (noFold) Version() uint32                         { return 1 }
func (noFold) Buckets() []string                       { return nil }
func (noFold) Apply(eventlog.KV, *segment.Event) error { return nil }
func silent() *slog.Logger                             { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func addressAt(at netlab.Place) string {
	if at == netlab.A {
		return netlab.AddrA + ":" + exchangePort
	}
	return netlab.AddrB + ":" + exchangePort
}

// keys makes a device of a school in a folder of its own, in memory where the machine has such.
func (b *bench) keys(school *device.School) (dir string, dev *device.Device, reg *device.Registry, err error) {
	if dir, err = os.MkdirTemp("/dev/shm", "lamplight"); err != nil {
		dir, err = os.MkdirTemp(b.dir, "sync")
	}
	if err == nil {
		dev, err = device.Open(filepath.Join(dir, "keys"))
	}
	if err == nil {
		reg, err = device.OpenRegistry(filepath.Join(dir, "keys"), dev)
	}
	if err == nil {
		err = reg.SetSchool(school)
	}
	return dir, dev, reg, err
}

// syncBox opens a box at an end of the road. log makes its log; nil is a real one. edit may change its options.
func (b *bench) syncBox(lab *netlab.Lab, at netlab.Place, school *device.School, log func(*device.Device, *device.Registry) exchange.Log,
	edit func(*exchange.Options),
) (*syncBox, error) {
	dir, dev, reg, err := b.keys(school)
	if err != nil {
		return nil, err
	}
	s := &syncBox{dev: dev, reg: reg}
	closing := func() error { return os.RemoveAll(dir) }
	if log != nil {
		s.log = log(dev, reg)
	} else {
		l, err := eventlog.Open(eventlog.Options{
			Dir: filepath.Join(dir, "journal"), DB: filepath.Join(dir, "records.db"), Device: dev, Registry: reg,
			Applier: noFold{}, Logger: silent(), Clock: &school0{},
		})
		if err != nil {
			return nil, errors.Join(err, closing())
		}
		s.log = l
		closing = func() error { return errors.Join(l.Close(), os.RemoveAll(dir)) }
	}
	if err := s.open(lab, at, edit, closing); err != nil {
		return nil, errors.Join(err, closing())
	}
	return s, nil
}

func (s *syncBox) open(lab *netlab.Lab, at netlab.Place, edit func(*exchange.Options), closing func() error) error {
	o := exchange.Options{Device: s.dev, Registry: s.reg, Log: s.log, Logger: silent(), Dial: dialFrom(lab, at)}
	if edit != nil {
		edit(&o)
	}
	var err error
	if s.node, err = exchange.New(o); err != nil {
		return err
	}
	var ln net.Listener
	if err := lab.Inside(at, func() (err error) { ln, err = net.Listen("tcp", addressAt(at)); return err }); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.node.Serve(ctx, ln) }() // waited for in stop
	s.stop = func() { cancel(); <-done; _ = closing() }
	return nil
}

func dialFrom(lab *netlab.Lab, at netlab.Place) func(context.Context, string) (net.Conn, error) {
	return func(ctx context.Context, addr string) (c net.Conn, err error) {
		err = lab.Inside(at, func() (err error) {
			c, err = (&net.Dialer{Timeout: 20 * time.Second}).DialContext(ctx, "tcp", addr)
			return err
		})
		return c, err
	}
}

// pairOf is two boxes of one school at both ends of the road, which know each other's certificates.
func (b *bench) pairOf(lab *netlab.Lab, logs func(*device.Device, *device.Registry) exchange.Log, edit func(*exchange.Options)) (one, two *syncBox, school *device.School, err error) {
	return b.pairOfTwo(lab, logs, edit, nil)
}

// pairOfTwo is pairOf where the second's options may change too.
func (b *bench) pairOfTwo(lab *netlab.Lab, logs func(*device.Device, *device.Registry) exchange.Log, edit, second func(*exchange.Options)) (one, two *syncBox, school *device.School, err error) {
	if school, err = device.NewSchool("Kikelelwa"); err != nil {
		return nil, nil, nil, err
	}
	if one, err = b.syncBox(lab, netlab.A, school, logs, edit); err != nil {
		return nil, nil, nil, err
	}
	if two, err = b.syncBox(lab, netlab.B, school, logs, second); err != nil {
		one.stop()
		return nil, nil, nil, err
	}
	return one, two, school, errors.Join(one.reg.Add(*two.reg.Own()), two.reg.Add(*one.reg.Own()))
}

// meet lets the first call the second, over the road or its relay, and waits until the last packets are counted.
func (s *syncBox) meet(ctx context.Context, addr string) (exchange.Summary, error) {
	sum, err := s.node.Meet(ctx, addr)
	time.Sleep(150 * time.Millisecond) // the goodbyes of TCP
	return sum, err
}

// school0 is a school day's clock: an answer a second and a bit, with breaks, no matter how fast they are made.
type school0 struct{ n int64 }

func (c *school0) Stamp() clock.Stamp {
	c.n++
	return clock.Stamp{Boot: clock.Boot{7}, MS: c.n*1100 + c.n/400*600_000}
}
