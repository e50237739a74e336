package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"lamplight/server/nodetest/netlab"
	"lamplight/sync/gossip"
)

// helloSchools is how many schools the district of syncHello has met: the answer does not grow with them.
const helloSchools = 1000

// syncHello counts what it takes a box to learn from the district's pool that nothing changed, without a session.
func (b *bench) syncHello(ctx context.Context, lab *netlab.Lab) error {
	const district, tcp = "00000000000000d1", 7949
	held := map[[8]byte][8]byte{}
	for i := range helloSchools {
		held[[8]byte{byte(i), 1, byte(i >> 8)}] = [8]byte{byte(i), 2}
	}
	far, err := gossip.NewHello(gossip.HelloOptions{
		District: district, Device: "00000000000000d2", Logger: silent(), Digests: func() map[[8]byte][8]byte { return held },
	})
	if err != nil {
		return err
	}
	at := fmt.Sprintf("%s:%d", netlab.AddrB, tcp)
	var ln net.Listener
	if err := lab.Inside(netlab.B, func() (err error) { ln, err = net.Listen("tcp", at); return err }); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); _ = far.Serve(ctx, ln) }()
	defer func() { cancel(); <-done }()
	near, err := gossip.NewHello(gossip.HelloOptions{District: district, Device: "00000000000000b1", Logger: silent(), Dial: dialFrom(lab, netlab.A)})
	if err != nil {
		return err
	}
	ask := func() error {
		same, err := near.Ask(ctx, []string{at}, [8]byte{3, 1}, held[[8]byte{3, 1}])
		if err == nil && !same {
			err = errors.New("the district does not know that it holds the same")
		}
		return errors.Join(err, restful(ctx, lab))
	}
	if err := ask(); err != nil { // the addresses of Ethernet are known from here on
		return err
	}
	n, err := moved(lab, ask)
	if err != nil {
		return err
	}
	b.table.addBytes(fmt.Sprintf("sync: nothing changed, memberlist hello, district of %d schools", helloSchools),
		fmt.Sprintf("%d packets", n.PacketsIn+n.PacketsOut), "memberlist's own join 968 to 1,552 and leave 350; git fetch 3,374 (recorded)",
		float64(n.All()), " bytes", 1100)
	return nil
}
