package server

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

func TestAStickThatAsksIsGivenACodeThatWorksOnce(t *testing.T) {
	s := &Server{log: slog.New(slog.DiscardHandler), run: newRunning()}
	s.claimed.Store(true)
	path := filepath.Join(t.TempDir(), askFile)
	if err := s.answerStick(path); !os.IsNotExist(err) {
		t.Errorf("a stick that does not ask: %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.answerStick(path); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	code := regexp.MustCompile(`[A-Z2-7]{4}(-[A-Z2-7]{4}){3}`).Find(text)
	if code == nil {
		t.Fatalf("the stick says %q", text)
	}
	if err := s.MayRecover(string(code)); err != nil {
		t.Errorf("the code %s: %v", code, err)
	}
	s.Recovered()
	if s.stickCode.is(string(code)) || s.stickCode.is("") {
		t.Error("a code that was used opens again")
	}
}

func TestAStickCannotHaveTheBoxWriteElsewhere(t *testing.T) {
	s := &Server{log: slog.New(slog.DiscardHandler), run: newRunning()}
	s.claimed.Store(true)
	dir := t.TempDir()
	victim, ask := filepath.Join(dir, "victim"), filepath.Join(dir, askFile)
	if err := os.WriteFile(victim, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, ask); err != nil {
		t.Fatal(err)
	}
	if err := s.answerStick(ask); err == nil {
		t.Error("a link was answered")
	}
	if b, _ := os.ReadFile(victim); string(b) != "mine" {
		t.Errorf("the file it leads to holds %q", b)
	}
}
