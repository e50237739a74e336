package web

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"

	cardreader "lamplight/server/paper"
)

// readsItself says that a page reads its form piece by piece and checks the token itself.
func readsItself(path string) bool {
	return strings.HasPrefix(path, ownPath+"/") && strings.HasSuffix(path, "/page") || path == uploadPath || path == importPath || path == addPath || path == carryPath || takesPieces(path) || strings.HasPrefix(path, paperPath) && strings.HasSuffix(path, "/photo") || strings.HasSuffix(path, "/now/photo")
}

// readPaperPhoto reads a photo of the class and goes back to the question with what it says. The photo lies in a file
// without a name while it is read, and nowhere after.
func (s *Server) readPaperPhoto(w http.ResponseWriter, r *request) error {
	a, err := s.asking(r)
	if err != nil {
		return err
	}
	result, problem, err := s.takePhoto(w, r)
	if err != nil {
		return err
	}
	more := []string{"problem", problem}
	if problem == "" {
		strange := 0
		ours := result.Readings[:0]
		for _, x := range result.Readings {
			if a.holds(x.Card) {
				ours = append(ours, x)
			} else {
				strange++
			}
		}
		if len(ours) == 0 {
			more = []string{"problem", "none"}
		} else {
			before := a.answered()
			a.shown.merge(ours)
			more = []string{"new", strconv.Itoa(a.answered() - before)}
		}
		if n := len(result.Doubtful); n > 0 {
			more = append(more, "doubtful", strconv.Itoa(n))
		}
		if strange > 0 {
			more = append(more, "strange", strconv.Itoa(strange))
		}
	}
	http.Redirect(w, r.Request, a.address(a.shown.String(), more...), http.StatusSeeOther)
	return nil
}

// answered is how many cards have an answer to this question.
func (a *asking) answered() (n int) {
	for card := range a.shown {
		if _, ok := a.answerOf(card); ok {
			n++
		}
	}
	return n
}

// holds says whether a learner of the class has a card.
func (a *asking) holds(card int) bool {
	for _, seat := range a.seats {
		if seat.Card == card {
			return true
		}
	}
	return false
}

// takePhoto reads the form: its token, then the photo. problem is a message of the page's for what a person can mend.
func (s *Server) takePhoto(w http.ResponseWriter, r *request) (out cardreader.Result, problem string, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, cardreader.MaxPhoto+maxForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return out, "", errors.Join(err, fs.ErrInvalid)
	}
	checked := false
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return out, "", errForeign
		}
		if err != nil {
			return out, "", errors.Join(err, fs.ErrInvalid)
		}
		switch part.FormName() {
		case "token": // stands before the photo in our form
			token, err := io.ReadAll(io.LimitReader(part, 200))
			if err != nil {
				return out, "", err
			}
			checked = s.Auth.Check(r.session.Token, string(token))
		case "photo":
			if !checked {
				return out, "", errForeign
			}
			return s.readPhoto(part)
		}
	}
}

// readPhoto reads the cards of a photo.
func (s *Server) readPhoto(from io.Reader) (out cardreader.Result, problem string, err error) {
	problem, err = s.unpackPhoto(from, func(p *cardreader.Photo) { out = cardreader.Read(p, nil) })
	return out, problem, err
}

// unpackPhoto spools what comes, since a phone sends slowly, and reads it while nothing else takes megabytes.
func (s *Server) unpackPhoto(from io.Reader, read func(*cardreader.Photo)) (problem string, err error) {
	f, err := os.CreateTemp(s.UploadDir, "photo-*")
	if err != nil {
		return "", err
	}
	_ = os.Remove(f.Name()) // it goes with its last handle; where that is not possible, below
	defer func() {
		f.Close()
		_ = os.Remove(f.Name())
	}()
	tooLarge := new(http.MaxBytesError)
	if _, err := io.Copy(f, from); errors.As(err, &tooLarge) {
		return "large", nil
	} else if err != nil {
		return "", errors.Join(err, fs.ErrInvalid)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	s.Auth.Alone(func() {
		var photo *cardreader.Photo
		if photo, err = cardreader.Decode(f); err == nil {
			read(photo)
		}
	})
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return "large", nil
	case errors.Is(err, fs.ErrInvalid):
		return "photo", nil
	}
	return "", err
}
