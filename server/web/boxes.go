package web

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"lamplight/ui"
	"lamplight/ui/view"
)

const (
	boxesPath  = "/admin/boxes"
	settlePath = "/admin/settle"
)

// A Peers is what pages ask of the box about others.
type Peers interface {
	Peers() []PeerStatus
	Near() []PeerStatus // seen in the lobby, trusted by nobody yet
	Invite(ctx context.Context) (code string, left time.Duration, err error)
	Invitation() (code string, left time.Duration, open bool)
	Accept(ctx context.Context, code string, addresses []string) (device string, err error)
	Revoke(ctx context.Context, device string) error
	// CallNow has a box called as soon as can be, without waiting for it.
	CallNow(device string)
	// Line is what the thin link out has carried of what it may; nil without one, or without limits.
	Line() []LineUse
	// Contradictions are the streams that forked, each by the name of the box that wrote it, and the events that this box
	// cannot read.
	Contradictions() (forks []Fork, unread int)
	// Oddities are what boxes wrote that looks wrong, the latest first.
	Oddities() []Oddity
	// Fetching is how many events of the past are still to come, while pages show what another box told of it.
	Fetching() int
	// FetchingFrom names the box that alone has them, where it does not answer; "" else.
	FetchingFrom() string
}

// A Fork is a stream that forked: Box is who wrote it, Branches (by name) what came of it, and Seen that an administrator saw
// to it.
type Fork struct {
	Box      string
	Branches []string
	Seen     bool
}

// An Oddity is one of them: Key "held" kept apart, "taken" all the same, "fork": messages "settle.odd.KEY". Box is who wrote it.
type Oddity struct{ Key, Box string }

// A LineUse is how much of a budget is used, in bytes: Key "month" or "window".
type LineUse struct {
	Key        string
	Used, Size int64
}

// A PeerStatus is one other box, as the sync status tells it.
type PeerStatus struct {
	Device, Name, Role, State, Address string
	OwedIn, OwedOut                    int
	BytesIn, BytesOut                  int64
	Takes                              int    // seconds; −1 not known
	Via                                string // "lan", "upstream", "stick"
	Last, Next                         time.Time
	Why                                string // a code: message "peers.why.CODE"
	Detail                             string
}

// showBoxes is the other boxes, and the way to trust one.
func (s *Server) showBoxes(w http.ResponseWriter, r *request) error {
	v := view.Boxes{}
	q := r.URL.Query()
	for _, p := range s.Node.Peers() {
		if p.Device == q.Get("revoke") && p.State != "revoked" {
			x := boxView(p, time.Time{})
			v.Sure = &x
		}
		if p.Device == q.Get("met") {
			v.Met = p.Name
			if v.Met == "" {
				v.Met = p.Device
			}
		}
	}
	return s.renderBoxes(w, r, v, http.StatusOK)
}

func (s *Server) renderBoxes(w http.ResponseWriter, r *request, v view.Boxes, status int) error {
	v.Frame, v.Device = s.frame(r, "box", &view.Link{URL: "/admin"}), s.Node.DeviceID()
	if v.Sure != nil {
		v.Frame.Back.URL = boxesPath
		return s.render(w, r, status, ui.Boxes(v))
	}
	if code, left, open := s.Node.Invitation(); open {
		v.Code, v.Minutes = code, int(left.Minutes())+1
		var err error
		if v.QR, err = qrSVG(strings.ReplaceAll(code, "-", "")); err != nil {
			return err
		}
	}
	now, _ := s.Now()
	for _, p := range s.Node.Peers() {
		v.Peers = append(v.Peers, boxView(p, now))
	}
	for _, p := range s.Node.Near() {
		v.Near = append(v.Near, boxView(p, now))
	}
	for _, l := range s.Node.Line() {
		v.Line = append(v.Line, view.Meter(l))
	}
	items, err := s.Store.Disputed(r.actor())
	if err != nil {
		return err
	}
	v.Settle, v.Fetching = len(items), s.Node.Fetching()
	forks, _ := s.Node.Contradictions()
	for _, f := range forks {
		if !f.Seen {
			v.Settle++
		}
	}
	v.FetchingFrom = s.Node.FetchingFrom()
	for _, o := range s.Node.Oddities() {
		if o.Key != "taken" { // nobody has to do anything about it
			v.Settle++
		}
	}
	return s.render(w, r, status, ui.Boxes(v))
}

func boxView(p PeerStatus, now time.Time) view.Box {
	x := view.Box{
		Device: p.Device, Name: p.Name, State: p.State, OwedIn: p.OwedIn, OwedOut: p.OwedOut, BytesIn: p.BytesIn, BytesOut: p.BytesOut,
		Takes: p.Takes, Last: view.When{Time: p.Last}, Address: p.Address, Why: knownWhy(p.Why), Detail: p.Detail,
	}
	switch p.Role {
	case "district", "content":
		x.Role = p.Role
	}
	switch p.Via {
	case "lan", "upstream", "stick":
		x.Via = p.Via
	}
	if !p.Next.IsZero() && p.Next.After(now) {
		x.Next = int(p.Next.Sub(now).Minutes()) + 1
	}
	return x
}

// knownWhy is a code that there are words for.
func knownWhy(code string) string {
	switch code {
	case "", "no-answer", "no-route", "closed", "cut", "silent", "stranger", "protocol", "full", "fork", "budget", "window":
		return code
	}
	return "other"
}

func (s *Server) changeBoxes(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	to := boxesPath
	var err error
	switch device := f.Get("device"); f.Get("do") {
	case "invite":
		_, _, err = s.Node.Invite(r.Context())
	case "accept":
		return s.acceptBox(w, r, f.Get("code"), strings.Fields(f.Get("address")))
	case "meet":
		s.Node.CallNow(device)
		to += "?met=" + url.QueryEscape(device)
	case "revoke":
		err = s.Node.Revoke(r.Context(), device)
	default:
		return errNotFound("do=" + f.Get("do"))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func (s *Server) acceptBox(w http.ResponseWriter, r *request, code string, addresses []string) error {
	device, err := s.Node.Accept(r.Context(), code, addresses)
	v := view.Boxes{Accepted: device}
	status := http.StatusOK
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrInvalid):
		v.Problem, status = "code", http.StatusForbidden
	case errors.Is(err, fs.ErrExist):
		v.Problem, status = "school", http.StatusConflict
	case err != nil:
		s.Log.Info("pairing", "err", err)
		v.Problem, status = "unreachable", http.StatusBadGateway
	}
	return s.renderBoxes(w, r, v, status)
}

// showSettle is what only a person can settle, each with where that is done.
func (s *Server) showSettle(w http.ResponseWriter, r *request) error {
	items, err := s.Store.Disputed(r.actor())
	if err != nil {
		return err
	}
	v := view.Settle{Frame: s.frame(r, "box", &view.Link{URL: boxesPath})}
	forks, unread := s.Node.Contradictions()
	v.Unread = unread
	for _, f := range forks {
		of := &v.Forks
		if f.Seen {
			of = &v.Seen
		}
		i := slices.IndexFunc(*of, func(x view.Forked) bool { return x.Box == f.Box })
		if i < 0 {
			i, *of = len(*of), append(*of, view.Forked{Box: f.Box})
		}
		(*of)[i].Times++
		(*of)[i].Branches = append((*of)[i].Branches, f.Branches...)
	}
	for _, o := range s.Node.Oddities() {
		v.Odd = append(v.Odd, view.Oddity(o))
	}
	classes, err := s.Store.Classes(r.actor())
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, c := range classes {
		names[string(c.ID)] = c.Name
	}
	for _, d := range items {
		x := view.SettleItem{Title: d.Title, Class: names[string(d.Class)]}
		switch {
		case d.Lesson != "":
			x.Kind, x.URL = "lesson", "/teach/lesson/"+string(d.Lesson)
		case d.Quiz != "":
			x.Kind, x.URL = "quiz", "/teach/quiz/"+string(d.Quiz)
		default:
			x.Kind, x.URL = "film", conductPath+string(d.Class)+"/stops/"+d.Of
		}
		v.Items = append(v.Items, x)
	}
	return s.render(w, r, http.StatusOK, ui.Settle(v))
}

// changeSettle keeps that a person saw to what made a box's record fork, or takes that back.
func (s *Server) changeSettle(w http.ResponseWriter, r *request) error {
	f := r.PostForm
	did := f.Get("do")
	if did != "seen" && did != "unseen" {
		return errNotFound("do=" + did)
	}
	if err := s.Store.SeeTo(r.Context(), r.actor(), f["branch"], did == "seen"); err != nil {
		return err
	}
	http.Redirect(w, r.Request, settlePath, http.StatusSeeOther)
	return nil
}
