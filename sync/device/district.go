package device

import (
	"bytes"
	"fmt"
	"io/fs"
	"math"
)

// maxAuthority bounds a marshalled Authority.
const maxAuthority = 512

// A named is the district that a school's papers name. Every box of the school may name one; the highest generation
// counts, and of two with one generation the one whose papers sort last, so that all come to name the same.
type named struct {
	district   *Authority // nil: none, or left
	generation uint32     // how often it was named or left; 0 never
}

func readNamed(raw []byte, generation uint32) (n named, err error) {
	n.generation = generation
	if len(raw) > 0 {
		a, err := ParseAuthority(raw)
		if err != nil {
			return n, err
		}
		n.district = &a
	}
	return n, nil
}

// marshalled is the district's papers, nil without one.
func (n named) marshalled() []byte {
	if n.district == nil {
		return nil
	}
	return n.district.Marshal()
}

// after is what is named once c, a verified certificate of the school itself if ours, was read.
func (n named) after(c *Certificate, ours bool) named {
	generation := max(c.Generation, 1) - 1
	if !ours || generation < n.generation || generation == n.generation && bytes.Compare(c.District, n.marshalled()) <= 0 {
		return n
	}
	next, err := readNamed(c.District, generation)
	if err != nil || next.district != nil && !next.district.District {
		return n // a box of the school signed nonsense: what stands, stands
	}
	return next
}

// District is the district of this box's school, nil without one. The district's own boxes have none.
func (r *Registry) District() *Authority {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.named.district
}

// JoinDistrict makes the school of this box a school of d. The other boxes of the school follow once they meet one that
// knows. A school of another district must leave that first: fs.ErrExist. An unclaimed box has no school to give:
// fs.ErrPermission.
func (r *Registry) JoinDistrict(d Authority) error {
	if err := d.Verify(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.named.district
	switch {
	case r.school == nil || r.school.Overseen():
		return fmt.Errorf("device: a box without a school joins no district: %w", fs.ErrPermission)
	case !d.District || r.role == RoleDistrict || bytes.Equal(d.Public, r.school.Public()):
		return fmt.Errorf("device: %s is no district that this box could join: %w", d.ID(), fs.ErrInvalid)
	case now != nil && bytes.Equal(now.Public, d.Public):
		return nil
	case now != nil:
		return fmt.Errorf("device: this school belongs to district %s (%s) already: %w", now.ID(), now.Name, fs.ErrExist)
	}
	return r.name(&d)
}

// LeaveDistrict ends it; the district keeps what it holds and is sent nothing more.
func (r *Registry) LeaveDistrict() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.named.district == nil {
		return nil
	}
	return r.name(nil)
}

func (r *Registry) name(d *Authority) error {
	if r.named.generation == math.MaxUint32-1 {
		return fmt.Errorf("device: the district was named too often: %w", fs.ErrInvalid)
	}
	return r.write(r.peers, named{d, r.named.generation + 1})
}

// RoleDistrict is the role of a district's boxes in their certificates.
const RoleDistrict = "district"

// BeDistrict makes this device's certificates say that it is a district's. It is not kept: every start says it anew.
func (r *Registry) BeDistrict() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.role = RoleDistrict
}

// IsDistrict says whether this device is a box of a district.
func (r *Registry) IsDistrict() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.role == RoleDistrict
}

// Authority is the public half of this box's own school or district; false for a box that has none.
func (r *Registry) Authority() (a Authority, ok bool) {
	s := r.School()
	if s == nil || s.Overseen() {
		return a, false
	}
	return s.Authority(r.IsDistrict()), true
}

// Member says whether a device is, or was until it was revoked, a box of this box's own school.
func (r *Registry) Member(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return id == r.own.ID() && (r.school == nil || !r.school.Overseen()) || r.isOurs(r.peers[id].Certificate)
}

// isOurs says whether the school of this registry signed c. The caller holds mu.
func (r *Registry) isOurs(c *Certificate) bool {
	return c != nil && r.school != nil && bytes.Equal(c.School, r.school.Public())
}

// isDistricts says whether the school's district signed c. The caller holds mu.
func (r *Registry) isDistricts(c *Certificate) bool {
	return c != nil && r.named.district != nil && bytes.Equal(c.School, r.named.district.Public)
}
