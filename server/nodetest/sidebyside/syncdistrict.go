package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lamplight/server"
	"lamplight/server/config"
	"lamplight/server/nodetest"
	"lamplight/server/nodetest/netlab"
	"lamplight/server/web"
)

// What the boxes of simulated schools bring: a day of 18,000 answers is that of 30 boxes.
const (
	districtBoxes  = 500
	districtAtOnce = 50
	boxesDay       = 18_000 / 30
)

// A district is a real node on one CPU, at the far end of the road, and simulated schools on the other, at the near end.
type district struct {
	*child
	load *nodetest.DistrictLoad
	lab  *netlab.Lab
	dir  string
}

// openDistrict makes a district, has n schools join it, and starts it.
func (b *bench) openDistrict(lab *netlab.Lab, n int) (d *district, err error) {
	d = &district{lab: lab}
	if d.dir, err = os.MkdirTemp(b.dir, "district"); err != nil {
		return nil, err
	}
	data := filepath.Join(d.dir, "data")
	cfg := config.Default()
	cfg.Node.Role = "district"
	s, err := server.Open(server.Options{Dir: data, Config: cfg, Log: silent()})
	if err != nil {
		return nil, err
	}
	code, err := s.ClaimCode()
	if err == nil {
		_, err = s.Claim(context.Background(), web.Claim{Code: code, School: "District", Language: "en", Name: "Head", Password: "lamp-light"})
	}
	if err == nil {
		d.load, err = nodetest.NewDistrictLoad(s, filepath.Join(d.dir, "schools"), n, dialFrom(lab, netlab.A))
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(data, "config.toml"), []byte("[node]\nrole = \"district\"\n"), 0o600); err != nil {
		return nil, err
	}
	args := lab.Command(netlab.B, b.lamplight, "--data", data, "serve", "--http", ":8080", "--player", ":8081", "--sync", ":7946").Args
	if d.child, err = b.startChild("lamplight", "", []string{"LAMPLIGHT_LOG=error"}, args...); err != nil {
		return nil, err
	}
	return d, d.listens()
}

// listens waits until the district's exchange answers its own namespace.
func (d *district) listens() error {
	var err error
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && !d.ended(); time.Sleep(50 * time.Millisecond) {
		if err = d.lab.Inside(netlab.B, func() error { return reach(addressAt(netlab.B)) }); err == nil {
			return nil
		}
	}
	d.close()
	return fmt.Errorf("the district does not listen: %w: %.400s", err, d.out.String())
}

func (d *district) close() {
	d.stop()
	_ = os.RemoveAll(d.dir)
}

// A districtRound is what one visit of every school came to.
type districtRound struct {
	nodetest.LoadFigure
	road netlab.Count
	cpu  time.Duration // of the district alone
}

// visit has every school bring so many answers, fifty at once.
func (d *district) visit(ctx context.Context, events int) (r districtRound, err error) {
	began := d.cpu()
	r.road, err = moved(d.lab, func() error {
		r.LoadFigure = d.load.Visit(ctx, addressAt(netlab.B), events, districtAtOnce)
		return ctx.Err()
	})
	r.cpu = d.cpu() - began
	if err == nil && r.Failed > 0 {
		err = fmt.Errorf("%d of %d sessions failed: %w", r.Failed, r.Sessions, r.Why)
	}
	return r, err
}

// syncDistrict measures a district on one CPU: an hour's boxes, then what a school costs as there are more.
func (b *bench) syncDistrict(ctx context.Context, lab *netlab.Lab) error {
	if err := b.districtHour(ctx, lab); err != nil {
		return err
	}
	return b.districtShape(ctx, lab)
}

// districtHour lets the boxes of an hour come as fast as they are taken.
func (b *bench) districtHour(ctx context.Context, lab *netlab.Lab) error {
	n := districtBoxes
	if b.tiny {
		n = 20
	}
	d, err := b.openDistrict(lab, n)
	if err != nil {
		return err
	}
	defer d.close()
	r, err := d.visit(ctx, boxesDay)
	if err != nil {
		return err
	}
	hour := float64(n) / r.Took.Hours()
	ours := fmt.Sprintf("%d schools new to it with %d answers each in %.1f s, %.0f ms of CPU each", n, boxesDay, r.Took.Seconds(), r.cpu.Seconds()*1000/float64(n))
	b.table.add("sync: district on one CPU, 50 boxes at once", ours, "", grouped(hour)+" boxes an hour", "≥ 500", hour >= districtBoxes)
	held := float64(d.peak()) / (1 << 20)
	b.table.add("sync: district, most memory while they came", "VmHWM", "", fmt.Sprintf("%.0f MiB", held), "≤ 256 MiB", held <= 256)
	return nil
}

// districtShape lets 10, 100 and 1,000 schools come twice: new, then with a morning's answers, which is what is compared.
func (b *bench) districtShape(ctx context.Context, lab *netlab.Lab) error {
	sizes := []int{10, 100, 1000}
	if b.tiny {
		sizes = []int{5, 20}
	}
	const morning = 200
	type cost struct{ bytes, cpu, memory float64 }
	var costs []cost
	for _, n := range sizes {
		d, err := b.openDistrict(lab, n)
		if err != nil {
			return err
		}
		idle := d.peak()
		first, err := d.visit(ctx, morning)
		var again districtRound
		if err == nil {
			again, err = d.visit(ctx, morning)
		}
		memory := d.peak()
		d.close()
		if err != nil {
			return fmt.Errorf("%d schools: %w", n, err)
		}
		each := func(v float64) float64 { return v / float64(n) }
		c := cost{each(float64(again.road.All())), each(again.cpu.Seconds() * 1000), each(float64(memory-idle) / 1024)}
		costs = append(costs, c)
		b.table.tell(fmt.Sprintf("sync: district of %s schools, %d answers each", grouped(float64(n)), morning),
			fmt.Sprintf("the first time %s bytes, %.1f ms; %.0f MiB in all", grouped(each(float64(first.road.All()))), each(first.cpu.Seconds()*1000), float64(memory)/(1<<20)), "",
			fmt.Sprintf("%s bytes, %.1f ms of CPU, %.0f KiB a school", grouped(c.bytes), c.cpu, c.memory))
	}
	many := costs[len(costs)-1]
	for i, few := range costs[:len(costs)-1] { // of few schools all logs stay open, of more each is opened again
		flat := many.bytes <= few.bytes*1.1 && many.cpu <= few.cpu*1.25 && many.memory <= few.memory*1.1
		b.table.add(fmt.Sprintf("sync: district, a school of %s beside one of %d", grouped(float64(sizes[len(sizes)-1])), sizes[i]), "", "",
			fmt.Sprintf("bytes %.2f×, CPU %.2f×, memory %.2f×", many.bytes/few.bytes, many.cpu/few.cpu, many.memory/few.memory), "≤ 1.1×, 1.25×, 1.1×", flat)
	}
	return nil
}
