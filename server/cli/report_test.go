package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestAClassReportSaysTheSameInEveryFormat(t *testing.T) {
	dir := t.TempDir()
	say(t, dir, 0, "demo", "--learners", "6", "--classes", "1", "--days", "2")
	var classes struct {
		Classes []struct{ ID, Name string }
	}
	if err := json.Unmarshal([]byte(say(t, dir, 0, "--json", "class", "list")), &classes); err != nil {
		t.Fatal(err)
	}
	name := classes.Classes[0].Name
	var got struct {
		Tables []struct {
			Name  string
			Rows  [][]any
			Total []any
		}
	}
	if err := json.Unmarshal([]byte(say(t, dir, 0, "report", "class", name, "--format", "json")), &got); err != nil {
		t.Fatal(err)
	}
	learners := got.Tables[0]
	answers := 0.0
	for _, row := range learners.Rows {
		answers += row[4].(float64)
	}
	if len(learners.Rows) != 6 || answers == 0 || answers != learners.Total[4] {
		t.Fatalf("%d learners with %v answers, together %v", len(learners.Rows), answers, learners.Total)
	}
	sum := strconv.Itoa(int(answers))
	if text := say(t, dir, 0, "report", "class", name); !strings.Contains(text, name) || !strings.Contains(strings.ReplaceAll(text, ",", ""), sum) {
		t.Errorf("the table lacks %s:\n%s", sum, text)
	}
	csv := say(t, dir, 0, "report", "class", name, "--format", "csv")
	if !strings.HasPrefix(csv, "\ufeff") || !strings.Contains(csv, ","+sum+",") || strings.Contains(say(t, dir, 0, "report", "class", name, "--format", "csv", "--no-bom"), "\ufeff") {
		t.Errorf("the CSV lacks %s, or its mark:\n%s", sum, csv)
	}
	var school struct {
		Tables []struct{ Rows [][]any }
	}
	if err := json.Unmarshal([]byte(say(t, dir, 0, "--json", "report", "school")), &school); err != nil {
		t.Fatal(err)
	}
	if row := school.Tables[0].Rows[0]; row[0] != name || row[6] != answers {
		t.Errorf("the school says %v of a class with %v answers", row, answers)
	}
	book := filepath.Join(t.TempDir(), "class.xlsx")
	say(t, dir, 0, "report", "class", name, "--format", "xlsx", "-o", book)
	if b, err := os.ReadFile(book); err != nil || !strings.HasPrefix(string(b), "PK") {
		t.Errorf("the workbook: %v", err)
	}
	say(t, dir, 1, "report", "class", name, "--format", "csv", "-o", book) // is there already
	say(t, dir, 1, "report", "class", "No such class")
	say(t, dir, 2, "report", "class", name, "--format", "pdf")
	say(t, dir, 1, "report", "district") // a box oversees no schools
}
