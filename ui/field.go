package ui

import "github.com/a-h/templ"

// A fieldOf is a text field with its label above, a hint, and below it how to mend what was wrong.
type fieldOf struct {
	Name, Label, Hint, Problem string
	Value, Type                string
	ID                         string // "" makes it from Name
	Complete                   string // autocomplete; "" is "off"
	Mode                       string // inputmode, "" none
	Optional                   bool
	Max                        string // maxlength, "" 200
}

func (o fieldOf) id() string { return or(o.ID, "f-"+o.Name) }

func (o fieldOf) attributes() templ.Attributes {
	a := templ.Attributes{"autocomplete": or(o.Complete, "off"), "maxlength": or(o.Max, "200")}
	if o.Type == "" {
		a["autocapitalize"], a["spellcheck"] = "none", "false"
	}
	if o.Mode != "" {
		a["inputmode"] = o.Mode
	}
	if !o.Optional {
		a["required"] = true
	}
	if o.Problem != "" {
		a["aria-invalid"], a["aria-describedby"] = "true", o.id()+"-problem"
	} else if o.Hint != "" {
		a["aria-describedby"] = o.id() + "-hint"
	}
	return a
}
