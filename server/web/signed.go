package web

import (
	"path"
	"strings"

	"lamplight/content"
	"lamplight/ui/view"
)

// signLanguages are ISO 639-3 codes of sign languages, "sgn" of any.
var signLanguages = func() map[string]bool {
	all := map[string]bool{}
	for code := range strings.FieldsSeq("sgn ils ase asf bfi isg nzs fsl ssp psr bzs gsg ise rsl tsm jsl kvk csl hks tss " +
		"ins pks nsp sqs inl xml psp tsq esl jos sdl afg xms asp tse lbs mfs csn ecs prl gsm hds esn ncs csr bqn lsp pys ugy vsl dsl " +
		"xki tza ugn eth rsn gse nsi ads zib zsl sfs mzy lws mzc sgx nbs cgn gus bog fcs") {
		all[code] = true
	}
	return all
}()

func isSigned(tag string) bool {
	first, _, _ := strings.Cut(tag, "-")
	return signLanguages[first]
}

// twin is the same film in the other kind of language, signed or spoken: another film of its topic that has its title, or its
// file's name up to the first point ("water.mp4", "water.ase.mp4").
func twin(reader content.Reader, course content.Course, n content.Node) (content.Node, bool) {
	if n.Kind != content.Video {
		return content.Node{}, false
	}
	siblings, _, err := reader.Children(n.Parent, 0, 1000)
	if err != nil {
		return content.Node{}, false
	}
	for _, x := range siblings {
		if x.ID != n.ID && x.Kind == content.Video && isSigned(language(course, x)) != isSigned(language(course, n)) && (x.Title != "" && x.Title == n.Title || stem(x) == stem(n)) {
			return x, true
		}
	}
	return content.Node{}, false
}

func stem(n content.Node) string {
	name, _, _ := strings.Cut(path.Base(n.Path), ".")
	return name
}

// heard says in an address that the film with sound is wanted, by somebody whom the signed one is shown first.
const heard = "sound"

// signedFirst is the address of the signed film where the learner needs it first and has not asked for the other.
func (s *Server) signedFirst(r *request, reader content.Reader, n content.Node) (to string, ok bool) {
	if !r.needs.SignFirst || r.URL.Query().Has(heard) || isSigned(language(reader.Course(), n)) {
		return "", false
	}
	x, ok := twin(reader, reader.Course(), n)
	if !ok {
		return "", false
	}
	return withLesson(resourceURL(reader.Course().ID, x), askedLesson(r)), true
}

// twinLink leads to the other film.
func twinLink(reader content.Reader, n content.Node, lesson string) (link *view.Link, signed bool) {
	course := reader.Course()
	x, ok := twin(reader, course, n)
	if !ok {
		return nil, false
	}
	signed = isSigned(language(course, x))
	to := withLesson(resourceURL(course.ID, x), lesson)
	if !signed {
		join := "?"
		if strings.Contains(to, "?") {
			join = "&"
		}
		to += join + heard
	}
	return &view.Link{Text: title(x), URL: to}, signed
}
