package nodetest

import (
	"path/filepath"
	"testing"
)

func TestTwoBoxesPairByFilesWithoutANodeOrANetwork(t *testing.T) {
	dir := t.TempDir()
	a, b, stick := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "invitation")
	ask(t, a, nil, "demo", "--learners", "2", "--days", "1")
	var invited struct{ Code, File string }
	ask(t, a, &invited, "peer", "invite", "--file", stick)
	if len(invited.Code) != 16 || invited.File != stick {
		t.Fatalf("invited %+v", invited)
	}
	if s := run(t, "--data", b, "--json", "peer", "accept", stick); s.Status != 1 {
		t.Errorf("without the code: status %d\n%s", s.Status, s.Err)
	}
	var accepted struct{ Device, School, Answer string }
	ask(t, b, &accepted, "peer", "accept", stick, invited.Code)
	var answered struct{ Device, School string }
	ask(t, a, &answered, "peer", "accept", accepted.Answer)
	if accepted.School == "" || answered.School != accepted.School || answered.Device == accepted.Device {
		t.Errorf("accepted %+v, answered %+v", accepted, answered)
	}
	for _, data := range []string{a, b} {
		var list struct {
			Peers []struct{ Device, Standing string }
		}
		ask(t, data, &list, "peer", "list")
		if len(list.Peers) != 1 || list.Peers[0].Standing != "box of this school" {
			t.Errorf("%s trusts %+v", filepath.Base(data), list.Peers)
		}
	}
	if s := run(t, "--data", a, "--json", "peer", "accept", accepted.Answer); s.Status != 1 {
		t.Errorf("the answer counts twice: status %d", s.Status)
	}
}
