package disk

import (
	"os"
	"path/filepath"
	"testing"
)

func lights(t *testing.T, names ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		dir := filepath.Join(root, "sys/class/leds", name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for file, text := range map[string]string{"trigger": "none [mmc0] timer default-on", "brightness": "0", "delay_on": "", "delay_off": ""} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return root
}

func TestTheLightOfTheCardBlinksAndGoesBackToWhatItDid(t *testing.T) {
	root := lights(t, "input3::capslock", "PWR", "ACT")
	l := FindLight(root)
	if filepath.Base(l.dir) != "ACT" {
		t.Fatalf("took %s", l.dir)
	}
	says := func(file, want string) {
		t.Helper()
		if b, _ := os.ReadFile(filepath.Join(l.dir, file)); string(b) != want {
			t.Errorf("%s is %q, want %q", file, b, want)
		}
	}
	l.Show(Busy)
	says("trigger", "timer")
	says("delay_on", "500")
	l.Show(Failed)
	says("delay_on", "100")
	l.Show(Done)
	says("trigger", "default-on")
	l.Rest()
	says("trigger", "mmc0")
	l.back.Stop()
}

func TestABoardWithoutALightStaysDark(t *testing.T) {
	for _, root := range []string{t.TempDir(), lights(t, "input3::capslock")} {
		l := FindLight(root)
		l.Show(Busy)
		l.Rest()
		if l.dir != "" {
			t.Errorf("took %s", l.dir)
		}
	}
}
