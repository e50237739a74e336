package web

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lamplight/server/intake"
)

// The script sends a file so: POST piecesPath with name, size and stamp begins it, or finds it again, and answers
// {"id","have","piece"}; POST piecesPath/ID?at=HAVE with up to piece bytes answers how many are on the card now, also with
// status 409 when the offset was another; GET piecesPath/ID answers the same; POST piecesPath/ID?done=1 makes it whole and
// answers {"url"}. A refusal answers {"problem"}, a key of the messages "add.problem.KEY".

// pieceBytes is how many bytes a piece has: less than a minute of a bad network.
const pieceBytes = 1 << 20

// A sentState is what the script is told.
type sentState struct {
	ID      string `json:"id,omitempty"`
	Have    int64  `json:"have"`
	Piece   int    `json:"piece,omitempty"`
	URL     string `json:"url,omitempty"`
	Problem string `json:"problem,omitempty"`
}

func tell(w http.ResponseWriter, status int, v sentState) error {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(v)
}

// beginPieces begins a file, or finds the one that was cut.
func (s *Server) beginPieces(w http.ResponseWriter, r *request) error {
	size, err := strconv.ParseInt(r.PostForm.Get("size"), 10, 64)
	if err != nil || size < 1 {
		return tell(w, http.StatusBadRequest, sentState{Problem: "name"})
	}
	x, err := s.Intake.Begin(r.who(), r.PostForm.Get("name"), size, r.PostForm.Get("stamp"))
	if err != nil {
		return s.tellProblem(w, sentState{}, err)
	}
	return tell(w, http.StatusOK, sentState{ID: x.ID, Have: x.Have, Piece: pieceBytes})
}

// showPieces says how much of a file is here.
func (s *Server) showPieces(w http.ResponseWriter, r *request) error {
	x, err := s.Intake.Get(r.who(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return tell(w, http.StatusOK, sentState{ID: x.ID, Have: x.Have, Piece: pieceBytes})
}

// takePiece adds a piece, or ends the file. Its form has no fields: the token is a header, which no other site's page can set.
func (s *Server) takePiece(w http.ResponseWriter, r *request) error {
	if !s.Auth.Check(r.session.Token, r.Header.Get("X-Token")) {
		return errForeign
	}
	if r.URL.Query().Get("done") != "" {
		return s.endPieces(w, r)
	}
	at, err := strconv.ParseInt(r.URL.Query().Get("at"), 10, 64)
	if err != nil {
		return errors.Join(err, fs.ErrInvalid)
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(10 * time.Minute))
	state := sentState{ID: r.PathValue("id"), Piece: pieceBytes}
	state.Have, err = s.Intake.Append(r.who(), state.ID, at, http.MaxBytesReader(w, r.Body, pieceBytes))
	switch {
	case errors.Is(err, intake.ErrOffset):
		return tell(w, http.StatusConflict, state)
	case err != nil:
		return s.tellProblem(w, state, err)
	}
	return tell(w, http.StatusOK, state)
}

// endPieces makes a file whole and has it looked at. Twice is once.
func (s *Server) endPieces(w http.ResponseWriter, r *request) error {
	x, err := s.Intake.Finish(r.who(), r.PathValue("id"))
	if err == nil && x.Task == "" {
		err = s.look(r, x)
	}
	if err != nil {
		return s.tellProblem(w, sentState{ID: r.PathValue("id")}, err)
	}
	return tell(w, http.StatusOK, sentState{ID: x.ID, Have: x.Have, URL: addPath + "/" + x.ID})
}

func (s *Server) tellProblem(w http.ResponseWriter, state sentState, err error) error {
	problem, code := sendProblem(err)
	if problem == "" || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return err
	}
	state.Problem = problem
	return tell(w, code, state)
}

// takesPieces says that an address takes bytes that are no form.
func takesPieces(path string) bool { return strings.HasPrefix(path, piecesPath+"/") }
