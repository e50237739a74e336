package media

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lamplight/content/importtest"
)

func TestCaptionsComeOutAsCleanWebVTT(t *testing.T) {
	for _, c := range []struct{ name, in, want, problem string }{
		{"webvtt", "WEBVTT\n\n1\n00:01.000 --> 00:02.500 align:start line:0\n<v Asha>Habari</v> & <b>jambo</b>\n", "\n00:00:01.000 --> 00:00:02.500 align:start line:0\n<v Asha>Habari</v> &amp; <b>jambo</b>\n", ""},
		{
			"subrip", "1\r\n00:00:01,500 --> 00:00:02,000\r\n<font color=\"red\">Un</font> deux\r\n{\\an8}trois\r\n\r\n2\r\n01:00:00,000 --> 01:00:01,000\r\nquatre\r\n",
			"\n00:00:01.500 --> 00:00:02.000\nUn deux\ntrois\n\n01:00:00.000 --> 01:00:01.000\nquatre\n", "",
		},
		{"bom, crlf, no blank lines", "\xef\xbb\xbfWEBVTT - t\r\n00:01.000 --> 00:02.000\r\nhi\r\n2\r\n00:03.000 --> 00:04.000\r\nthere", "\n00:00:01.000 --> 00:00:02.000\nhi\n\n00:00:03.000 --> 00:00:04.000\nthere\n", ""},
		{"backwards", "WEBVTT\n\n00:05.000 --> 00:01.000\nno\n\n00:06.000 --> 00:07.000\nyes\n", "\n00:00:06.000 --> 00:00:07.000\nyes\n", "line 3: caption left out: it ends before it begins"},
		{"no time", "WEBVTT\n\n99:99:99.999 --> oops\nno\n\n00:06.000 --> 00:07.000 position:500% size:50%\nyes", "\n00:00:06.000 --> 00:00:07.000 size:50%\nyes\n", "line 3: caption left out: its times cannot be read"},
		{"markup", "WEBVTT\n\n00:06.000 --> 00:07.000\n<script>alert(1)</script> 1 < 2\n", "\n00:00:06.000 --> 00:00:07.000\nalert(1) 1 &lt; 2\n", ""},
		{"note and style", "WEBVTT\n\nSTYLE\n::cue { background: url(http://a.example) }\n\nNOTE hi\n\n00:06.000 --> 00:07.000\nyes\n", "\n00:00:06.000 --> 00:00:07.000\nyes\n", ""},
		{"utf-16", "\xff\xfe1\x00\n\x000\x000\x00:\x000\x001\x00,\x000\x00 \x00-\x00-\x00>\x00 \x000\x000\x00:\x000\x002\x00,\x000\x00\n\x00\x28\x09", "\n00:00:01.000 --> 00:00:02.000\nन\n", ""},
		{"latin", "1\n00:00:01,000 --> 00:00:02,000\n\xc9t\xe9\n", "\n00:00:01.000 --> 00:00:02.000\nÉté\n", ""},
	} {
		got, problems, err := WebVTT([]byte(c.in))
		if err != nil || string(got) != "WEBVTT\n"+c.want || strings.Join(problems, "; ") != c.problem {
			t.Errorf("%s:\n got %q %q, %v\nwant %q %q", c.name, got, problems, err, "WEBVTT\n"+c.want, c.problem)
		}
	}
	if _, _, err := WebVTT([]byte("WEBVTT\n\nnothing")); err == nil {
		t.Error("captions without a caption were accepted")
	}
}

func TestCorpusCaptionsKeepEveryCue(t *testing.T) {
	cues := regexp.MustCompile(`WebVTT, (\d+) cues`)
	n := 0
	for _, e := range importtest.OfFormat(importtest.Manifest(t), "vtt", "bad/vtt") {
		b, err := readSmall(e.File, maxCaptions)
		if err != nil {
			t.Fatal(err)
		}
		got, problems, err := WebVTT(b)
		if err != nil {
			t.Errorf("%s: %v", e.Path, err)
			continue
		}
		if m := cues.FindStringSubmatch(e.Expect); m != nil {
			n++
			if found := strings.Count(string(got), "-->"); m[1] != strconv.Itoa(found) || len(problems) > 0 {
				t.Errorf("%s: %d cues, problems %q; want %s", e.Path, found, problems, m[1])
			}
		} else {
			t.Logf("%s: %q, problems %q", e.Path, got, problems)
		}
	}
	if n < 15 {
		t.Errorf("%d caption files with a count of cues, want 15", n)
	}
}

func FuzzWebVTT(f *testing.F) {
	f.Add("WEBVTT\n\n00:01.000 --> 00:02.000\n<b>x</b>\n")
	f.Add("1\r\n00:00:01,500 --> 00:00:02,000\r\nx\r\n2\r\n00:00:03,500 --> 00:00:04,000\r\ny")
	f.Fuzz(func(t *testing.T, s string) {
		got, _, err := WebVTT([]byte(s))
		if err != nil {
			return
		}
		again, problems, err := WebVTT(got)
		if err != nil || len(problems) > 0 || string(again) != string(got) {
			t.Fatalf("%q → %q → %q, %q, %v: what comes out must be read as it is", s, got, again, problems, err)
		}
	})
}
