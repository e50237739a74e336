package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"

	"lamplight/server/learning"
	"lamplight/server/store"
	"lamplight/ui"
	"lamplight/ui/view"
)

// pickFace fills in whoever the query names, by class and tile, or alone when several share a name.
func (s *Server) pickFace(v *view.Login, class string, q url.Values) error {
	switch person := q.Get("person"); {
	case class != "":
		return s.pickTile(v, class, q)
	case person != "":
		return s.pickPerson(v, learning.PersonID(person), q.Get("way"))
	}
	return nil
}

// pickPerson is for who is not in a class's tiles, a teacher say. An id is random: who has it was shown it here.
func (s *Server) pickPerson(v *view.Login, id learning.PersonID, way string) error {
	p, err := s.Store.Person(learning.Box(), id)
	if err != nil {
		return err
	}
	methods, err := s.methods(id)
	if err != nil {
		return err
	}
	v.Person = view.Tile{ID: string(id), Name: p.Name, Tile: tileName(p.Tile), Role: string(p.Role), URL: "/login?person=" + string(id) + nextQuery(v.Next)}
	v.Step = stepFor(store.Tile{Methods: methods}, way)
	return nil
}

// pickTile fills in the class's tiles, and when one was tapped how its person signs in.
func (s *Server) pickTile(v *view.Login, class string, q url.Values) error {
	id, err := learning.ParseID[learning.ClassID](class)
	if err != nil {
		return err
	}
	tiles, err := s.Store.Tiles(id)
	if err != nil {
		return err
	}
	address := "/login?class=" + class + nextQuery(v.Next)
	v.Step, v.Class = "class", view.Link{Text: s.signInClassName(id), URL: address}
	for _, t := range tiles {
		tile := view.Tile{
			ID: string(t.Person), Name: t.Name, Tile: tileName(t.Tile), Role: string(learning.Learner),
			URL: address + "&person=" + string(t.Person),
		}
		v.People = append(v.People, tile)
		if q.Get("person") == tile.ID {
			v.Person, v.Step = tile, stepFor(t, q.Get("way"))
		}
	}
	if v.Step == "pictures" {
		v.Layout = ui.Pictures[:12]
		for _, p := range q["picked"] {
			if slices.Contains(v.Layout, p) && !slices.Contains(v.Picked, p) && len(v.Picked) < 3 {
				v.Picked = append(v.Picked, p)
			}
		}
	}
	return nil
}

func (s *Server) signInClassName(id learning.ClassID) string {
	classes, _ := s.Store.SignInClasses()
	for _, c := range classes {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// stepFor is how a person signs in: the way asked for if they have it, else the easiest they have.
func stepFor(t store.Tile, way string) string {
	steps := []struct {
		kind learning.SecretKind
		name string
	}{{learning.Picture, "pictures"}, {learning.PIN, "pin"}, {learning.Password, "password"}}
	for _, wanted := range []bool{true, false} {
		for _, st := range steps {
			if slices.Contains(t.Methods, st.kind) && (!wanted || st.name == way) {
				return st.name
			}
		}
	}
	return "pin"
}

func (s *Server) namesakes(v *view.Login, name string) error {
	ids, err := s.Store.FindLogin(name)
	if err != nil {
		return err
	}
	for _, id := range ids {
		p, err := s.Store.Person(learning.Box(), id)
		if err != nil {
			return err
		}
		v.People = append(v.People, view.Tile{
			ID: string(id), Name: p.Name, Tile: tileName(p.Tile), Role: string(p.Role), URL: s.faceURL(id) + nextQuery(v.Next),
		})
	}
	return nil
}

// faceURL is where a person's secret is asked for: among the tiles of a class they learn in, else alone.
func (s *Server) faceURL(id learning.PersonID) string {
	classes, _ := s.Store.ClassesOf(learning.Box(), id)
	for _, c := range classes {
		tiles, _ := s.Store.Tiles(c.ID)
		if slices.ContainsFunc(tiles, func(t store.Tile) bool { return t.Person == id }) {
			return "/login?class=" + string(c.ID) + "&person=" + string(id)
		}
	}
	return "/login?person=" + string(id)
}

// classCookie remembers the class that was last signed in from, so that its children find their tiles at once.
const classCookie = "class"

// rememberedClass fills in the tiles of the class this phone signed in from last; nothing when there is none any more.
func (s *Server) rememberedClass(v *view.Login, r *request) error {
	err := s.pickTile(v, cookie(r.Request, classCookie), nil)
	v.Step = "start"
	if errors.Is(err, fs.ErrNotExist) {
		v.Class, v.People = view.Link{}, nil
		return nil
	}
	return err
}

func rememberClass(w http.ResponseWriter, class learning.ClassID) {
	keepCookie(w, classCookie, string(class), 365*86400)
}
