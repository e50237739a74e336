# Lamplight. `make run` needs nothing but Go; every other target fetches what it needs (see .ci/setup).

export CGO_ENABLED = 0
SHELL    := /bin/bash
GO       ?= go
DATA     ?= data
VERSION  := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
LDFLAGS  := -s -w -X lamplight/server/cli.commit=$(VERSION)
# A small card: no HTTP/2, which needs https; and what no page waits for is not inlined. That is 2 MB of 28.
FAST     := $(addprefix lamplight/,server/files server/wire server/auth server/learning server/paper server/store server/web content/zim content/search content/blob content/pack content/zips sync/crdt sync/eventlog sync/reconcile sync/segment)
SMALL    := $(foreach p,lamplight/... crypto/tls crypto/x509 encoding/asn1 encoding/json encoding/xml golang.org/x/net/... golang.org/x/text/... math/big regexp/... text/template/... log/slog $(addprefix github.com/,a-h/templ/... BurntSushi/toml fxamacker/cbor/... hashicorp/... yuin/goldmark/...),-gcflags=$(p)=-l) $(foreach p,$(FAST),-gcflags=$(p)=)
BUILD    := $(GO) build -trimpath -tags nethttpomithttp2 $(SMALL) -ldflags '$(LDFLAGS)'
TARGETS  := linux/amd64 linux/arm64 linux/arm/7 linux/arm/6
TOOL     := $(GO) tool -modfile=tools.mod
LIMIT    := 25165824
# with what make assets fetched
FULL     := 41943040

.PHONY: run build test check generated lint docs race size npm voices assets browser bench soak dist clean

## run: build, fill a demo school on first run, serve it
run: build
	@test -e $(DATA)/config.toml -o -d $(DATA)/journal || bin/lamplight --data $(DATA) demo
	bin/lamplight --data $(DATA) serve

build:
	@mkdir -p bin
	$(BUILD) -o bin/lamplight .

## test: everything CI runs, with what it needs installed first
test:
	.ci/setup
	$(MAKE) check
	$(GO) test -count=1 -timeout 40m ./...
	$(MAKE) browser

## check: the quick half: format, vet, staticcheck, rooms, generated files, package docs, race with -short, size
check: generated lint docs race size

generated:
	$(GO) tool templ generate
	$(GO) test -run 'AreEmbedded' ./ui/locale ./content/starter -update
	git diff --exit-code -- '*_templ.go' ui/locale/messages.zip content/starter/courses.zst

lint:
	@test -z "$$($(TOOL) gofumpt -l . | grep -v _templ.go)" || { $(TOOL) gofumpt -l . | grep -v _templ.go; echo 'run gofumpt -w on these files'; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...

## docs: every package has its sentence
docs:
	@$(GO) list -f '{{if and (not .Doc) .GoFiles}}{{.ImportPath}}{{end}}' ./... | { ! grep . || { echo 'these packages lack their sentence'; exit 1; }; }

race: # whole nodes are raced by make soak: they take minutes
	CGO_ENABLED=1 $(GO) test -race -short $$($(GO) list ./... | grep -v /nodetest)

## size: the arm64 binary stays under 24 MiB, and nothing defeats the linker's pruning of methods
size:
	@mkdir -p bin
	GOOS=linux GOARCH=arm64 $(BUILD) -o bin/lamplight-arm64 .
	@n=$$(stat -c %s bin/lamplight-arm64); echo "arm64: $$n bytes"; test $$n -le $(LIMIT)
	@! GOOS=linux GOARCH=arm64 $(GO) build -o /dev/null -ldflags=-dumpdep . 2>&1 | grep -m1 ReflectMethod

## assets: what some builds carry and none needs: fonts from npm, the voice of the main buttons. Then make build or make dist
assets: npm voices

## npm: fonts for scripts that old phones lack, with their terms, into ui/static/npm/fonts
npm:
	cd ui && npm ci --silent --no-audit --no-fund
	$(GO) run ./ui/assets fonts ui

## voices: short sounds of the main buttons in every language that espeak-ng speaks, into ui/static/npm/voice
voices:
	@command -v espeak-ng >/dev/null && command -v ffmpeg >/dev/null || { echo 'make voices wants espeak-ng and ffmpeg: apt-get install espeak-ng ffmpeg'; exit 1; }
	$(GO) run ./ui/assets voices ui

## browser: every page in four scripts and whole nodes, in Chromium
browser:
	cd ui && npm ci --silent --no-audit --no-fund
	$(GO) test -count=1 -timeout 30m ./ui/uitest -browser -run 'Browser|Phone'
	$(GO) test -count=1 -timeout 40m -tags browser -run Browser ./server/nodetest

## bench: Go benchmarks, then the side-by-side with kiwix-serve and nginx
bench: build
	.ci/setup
	$(GO) test -run '^$$' -bench . -benchtime 200ms ./...
	$(GO) run ./server/nodetest/sidebyside -lamplight bin/lamplight

## soak: the long campaigns (kill, power cut, schedules)
soak:
	.ci/setup
	LAMPLIGHT_SOAK=1 $(GO) test -count=1 -timeout 3h ./...
	cd ui && npm ci --silent --no-audit --no-fund
	LAMPLIGHT_SOAK=1 $(GO) test -count=1 -timeout 3h ./ui/uitest -browser -run EverySampleStandsUp # every page in every language
	CGO_ENABLED=1 $(GO) test -race -count=1 -timeout 1h ./server/nodetest/...

dist:
	@mkdir -p dist
	@for t in $(TARGETS); do \
		IFS=/ read -r os arch arm <<< "$$t"; \
		echo "dist/lamplight-$$os-$$arch$${arm:+v$$arm}"; \
		GOOS=$$os GOARCH=$$arch GOARM=$$arm $(BUILD) -o dist/lamplight-$$os-$$arch$${arm:+v$$arm} . || exit 1; \
		n=$$(stat -c %s dist/lamplight-$$os-$$arch$${arm:+v$$arm}); test $$n -le $(FULL) || { echo "$$n bytes are too many"; exit 1; }; \
	done

clean:
	rm -rf bin dist
