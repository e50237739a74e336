package bundle

import (
	"maps"
	"os"
	"path/filepath"
	"strings"

	"lamplight/sync/clock"
	"lamplight/sync/device"
	"lamplight/sync/internal/atomicfile"
)

// maxRemembered is how many boxes of other schools are remembered.
const maxRemembered = 1024

func (p *Porter) remembered(id, what string) string {
	return filepath.Join(p.o.Carry.dir, "boxes", id+"."+what)
}

// remember keeps what a box left as it was found: "who", "ack", "want".
func (p *Porter) remember(id, what string, raw []byte) {
	at := p.remembered(id, what)
	if old, err := os.ReadFile(at); err == nil && string(old) == string(raw) {
		return
	}
	if _, known := p.o.Registry.Peer(id); !known {
		if all, _ := os.ReadDir(filepath.Dir(at)); len(all) > 3*maxRemembered {
			return
		}
	}
	err := os.MkdirAll(filepath.Dir(at), 0o700)
	if err == nil {
		err = atomicfile.Write(at, raw, 0o600)
	}
	if err != nil {
		p.o.Logger.Warn("what a box's receipt says is not kept", "box", id, "err", err)
	}
}

// recall reads what was remembered of a peer; body stays as it is when there is nothing.
func (p *Porter) recall(id, what string, letter byte, body any) {
	raw, err := os.ReadFile(p.remembered(id, what))
	if err != nil {
		return
	}
	if _, err := parseSigned(raw, letter, body); err != nil {
		p.o.Logger.Warn("what was remembered of a box is damaged", "box", id, "err", err)
	}
}

// elsewhere is what of another school is known to have arrived: what all of its boxes that we have heard of hold, two at least,
// since the one that gave it to a carrier holds it anyway.
func (v *visit) elsewhere(school string) clock.Vector {
	if v.beyond == nil {
		v.beyond = v.neighbours()
	}
	return v.beyond[school]
}

func (v *visit) neighbours() map[string]clock.Vector {
	boxes := map[string]map[string]bool{} // by school
	for _, c := range v.metCertificates() {
		of := boxes[c.SchoolID()]
		if of == nil {
			of = map[string]bool{}
			boxes[c.SchoolID()] = of
		}
		of[c.ID()] = true
	}
	out := map[string]clock.Vector{}
	for school, of := range boxes {
		if len(of) > 1 {
			out[school] = v.least(of)
		}
	}
	return out
}

// metCertificates are those of other schools that remembered boxes have shown.
func (p *Porter) metCertificates() (out []device.Certificate) {
	all, _ := os.ReadDir(filepath.Join(p.o.Carry.dir, "boxes")) // none: nobody was met
	for _, e := range all {
		id, ok := strings.CutSuffix(e.Name(), ".who")
		if !ok {
			continue
		}
		var w who
		p.recall(id, "who", letterWho, &w)
		for _, c := range w.certificates() {
			if c.SchoolID() != p.school() {
				out = append(out, c)
			}
		}
	}
	return out
}

// least is what each of the boxes has said it holds.
func (v *visit) least(boxes map[string]bool) (out clock.Vector) {
	for id := range maps.Keys(boxes) {
		has := v.known(id)
		if out == nil {
			out = has.Clone()
			continue
		}
		for s, last := range out {
			out[s] = min(last, has[s])
		}
	}
	return out
}
