package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What Kolibri 0.19.5 wrote: bulkexportusers and exportlogs.
const (
	usersCSV = "\ufeffDatabase ID (UUID),Username (USERNAME),Password (PASSWORD),Full name (FULL_NAME),User type (USER_TYPE),Identifier (IDENTIFIER),Birth year (BIRTH_YEAR),Gender (GENDER),Learner enrollment (ENROLLED_IN),Coach assignment (ASSIGNED_TO)\n" +
		"80161db3152478fda7170fc317e9e7e2,asha,*,\"Asha, N.\",LEARNER,17,2012,FEMALE,Class A,\n" +
		",bo,secret12,Bo,LEARNER,,,,\"Class A,\"\"Class B, late\"\"\",\n" +
		"ef77cd626210e64d95c2e5ccd6a47ba2,coach1,*,Coach One,CLASS_COACH,,,,,Class A\n"
	summaryCSV = "\ufeffFacility name,Username,User type,Channel id,Channel name,Content id,Content title,Time of first interaction,Time of last interaction,Time of completion,Time Spent (sec),Progress (0-1),Content kind\n" +
		"School,asha,Learner,ecce1c20d0f35cdba4cee40e22b1c531,Hadithi,c7e2f1f2c1a35f3c8a5a5d7f0c3f7a01,,2026-03-04 08:00:00+00:00,2026-03-04 08:05:00+00:00,2026-03-04 08:05:00+00:00,123.4,1.0000,video\n" +
		"School,asha,Learner,ecce1c20d0f35cdba4cee40e22b1c531,Hadithi,c7e2f1f2c1a35f3c8a5a5d7f0c3f7a02,,2026-03-04 08:00:00+00:00,2026-03-04 08:05:00+00:00,,200000.0,0.4200,document\n" +
		"School,,Learner,ecce1c20d0f35cdba4cee40e22b1c531,Hadithi,c7e2f1f2c1a35f3c8a5a5d7f0c3f7a01,,2026-03-04 08:00:00+00:00,2026-03-04 08:05:00+00:00,,5.0,0.1000,video\n" +
		"School,nobody,Learner,ecce1c20d0f35cdba4cee40e22b1c531,Hadithi,c7e2f1f2c1a35f3c8a5a5d7f0c3f7a01,,2026-03-04 08:00:00+00:00,2026-03-04 08:05:00+00:00,,5.0,0.1000,video\n"
	sessionCSV = "Facility name,Username,User type,Channel id,Channel name,Content id,Content title,Time of first interaction,Time of last interaction,Time Spent (sec),Progress (0-1),Content kind\n" +
		"School,asha,Learner,ecce1c20d0f35cdba4cee40e22b1c531,Hadithi,c7e2f1f2c1a35f3c8a5a5d7f0c3f7a01,,2026-03-04 08:00:00+00:00,2026-03-04 08:05:00+00:00,100.0,0.5000,video\n" +
		"School,asha,Learner,ecce1c20d0f35cdba4cee40e22b1c531,Hadithi,c7e2f1f2c1a35f3c8a5a5d7f0c3f7a01,,2026-03-04 08:00:00+00:00,2026-03-04 08:05:00+00:00,23.4,1.0000,video\n"
)

func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

type usersTold struct {
	Added, Changed, Known, Enrolled int
	Classes, Changes                []string
}

func TestKolibriPeopleComeWithTheirClassesAndComingAgainChangesNothing(t *testing.T) {
	dir, users := t.TempDir(), written(t, "users.csv", usersCSV)
	say(t, dir, 0, "user", "add", "Head", "--role", "administrator", "--password", "longenough")
	var r usersTold
	told(t, dir, &r, "user", "import", users, "--dry-run")
	if r.Added != 3 || r.Enrolled != 4 || strings.Join(r.Classes, "|") != "Class A|Class B, late" || len(r.Changes) != 9 {
		t.Errorf("it would change %+v", r)
	}
	if out := say(t, dir, 0, "user", "list"); strings.Contains(out, "Asha") {
		t.Fatal("a dry run wrote")
	}
	told(t, dir, &r, "user", "import", users)
	if r.Added != 3 || r.Enrolled != 4 || len(r.Classes) != 2 {
		t.Errorf("it changed %+v", r)
	}
	if out := say(t, dir, 0, "user", "list"); !strings.Contains(out, "80161db3152478fda7170fc317e9e7e2  learner        Asha, N.") || !strings.Contains(out, "teacher        Coach One") {
		t.Errorf("people:\n%s", out)
	}
	before := say(t, dir, 0, "check")
	r = usersTold{}
	told(t, dir, &r, "user", "import", users)
	if r.Added+r.Changed+r.Enrolled+len(r.Classes)+len(r.Changes) != 0 || r.Known != 3 {
		t.Errorf("again: %+v", r)
	}
	if after := say(t, dir, 0, "check"); after != before {
		t.Errorf("importing again wrote:\n%s%s", before, after)
	}
	r = usersTold{}
	told(t, dir, &r, "user", "import", written(t, "more.csv", strings.Replace(usersCSV, "Asha, N.", "Asha Njeri", 1)))
	if r.Changed != 1 || len(r.Changes) != 1 || !strings.Contains(r.Changes[0], `"Asha, N." → "Asha Njeri"`) {
		t.Errorf("a new name: %+v", r)
	}
	out := filepath.Join(t.TempDir(), "out.csv")
	say(t, dir, 0, "user", "export", out, "--kolibri")
	r = usersTold{}
	told(t, dir, &r, "user", "import", out)
	if r.Added+r.Changed+r.Enrolled != 0 || r.Known != 4 { // the head has no login here, and there the id for one
		t.Errorf("our own export: %+v", r)
	}
	for name, bad := range map[string]string{"id": strings.Replace(usersCSV, "80161d", "xyz", 1), "type": strings.Replace(usersCSV, "CLASS_COACH", "WIZARD", 1)} {
		if why := complaint(t, dir, 1, "user", "import", written(t, "bad.csv", bad)); !strings.Contains(why, "line ") {
			t.Errorf("%s: %s", name, why)
		}
	}
}

func TestKolibriLogsBringProgressOnceHoweverOftenTheyCome(t *testing.T) {
	dir := t.TempDir()
	say(t, dir, 0, "user", "import", written(t, "users.csv", usersCSV))
	var r struct {
		Rows, Recorded, Known, Guests int
		Unknown                       []string
	}
	summary := written(t, "summary.csv", summaryCSV)
	for i, want := range []string{"recorded 2 known 0", "recorded 0 known 2"} {
		told(t, dir, &r, "user", "import-logs", summary)
		if got := strings.Fields(want); r.Rows != 4 || r.Guests != 1 || len(r.Unknown) != 1 || r.Recorded != int(got[1][0]-'0') || r.Known != int(got[3][0]-'0') {
			t.Errorf("time %d: %+v, want %s", i+1, r, want)
		}
	}
	told(t, dir, &r, "user", "import-logs", written(t, "session.csv", sessionCSV))
	if r.Recorded != 0 || r.Known != 1 {
		t.Errorf("the sessions of what the summary told: %+v", r)
	}
	other := t.TempDir()
	say(t, other, 0, "user", "import", written(t, "users.csv", usersCSV))
	told(t, other, &r, "user", "import-logs", written(t, "session.csv", sessionCSV), "--dry-run")
	if r.Recorded != 1 {
		t.Errorf("a dry run of the sessions: %+v", r)
	}
	told(t, other, &r, "user", "import-logs", written(t, "session.csv", sessionCSV))
	told(t, other, &r, "user", "import-logs", written(t, "session.csv", sessionCSV))
	if r.Recorded != 0 || r.Known != 1 {
		t.Errorf("the sessions twice: %+v", r)
	}
	if why := complaint(t, dir, 1, "user", "import-logs", written(t, "other.csv", "a,b\n1,2\n")); !strings.Contains(why, "exported in English") {
		t.Error(why)
	}
}
