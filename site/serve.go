package site

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A Server shows a site to its authors while they write it. It makes a page when somebody asks for it, from what Load gave last; browsers load
// their page again when that changes, and show the mistakes over the last good page.
//
// It is for the machine that it runs on: it answers only where it was asked for by a name of this machine, so that no page of another host
// can read it through its visitor's browser.
type Server struct {
	Load   func(context.Context) (Site, error) // gives the site as it stands; called at first and after each change, one call at a time
	Watch  func() []string                     // the files whose changes count, and the folders in which .md and .yaml do; asked before and after each Load
	Report func(error)                         // told of the mistakes whenever they are others, and of nil when all are mended; may be nil
}

// Listen opens a port of this machine for a Server: 127.0.0.1:8080, or port 0 for any that is free. It refuses addresses that others can reach.
func Listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		if e := new(net.AddrError); errors.As(err, &e) {
			err = errors.New(e.Err) // without the address
		}
		return nil, fmt.Errorf("address %s: %w; an address such as 127.0.0.1:8080 is wanted", addr, err)
	}
	if !local(host) {
		return nil, fmt.Errorf("address %s: other machines could reach it, and this server is for the authors on this one; choose 127.0.0.1 or localhost", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	if at, ok := l.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() { // a hosts file may say anything of localhost
		l.Close()
		return nil, fmt.Errorf("address %s: it is %s, which other machines could reach", addr, l.Addr())
	}
	return l, nil
}

// local tells whether a host is a name of this machine that no name server can give to another.
func local(host string) bool {
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Serve answers until ctx ends, and closes the listener. What is wrong with the site is no error of Serve.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	v := &live{Server: s, changed: make(chan struct{}), count: time.Now().UnixMilli()}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		Watch(ctx, s.Watch, func() { v.load(ctx, g) })
		return nil
	})
	h := &http.Server{
		Handler: v, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 1 << 16,
		BaseContext: func(net.Listener) context.Context { return ctx }, // so that streams of events end with it
		ErrorLog:    log.New(io.Discard, "", 0),
	}
	g.Go(func() error {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if h.Shutdown(end) != nil {
			return h.Close()
		}
		return nil
	})
	g.Go(func() error {
		if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	err := g.Wait()
	if v.code != nil {
		v.code.disk.close(false)
	}
	return err
}

// live is the site as it stands. Its fields below the lock may change at any time; what they point to does not.
type live struct {
	*Server
	code  *highlighter // of all versions
	count int64        // of versions; it begins with the time, so that browsers see that another server has come
	stop  func()       // ends the check of the version before

	mu       sync.Mutex
	now      *version // nil until a load has succeeded
	good     *version // the last one whose pages are all without a mistake; nil until there is one
	mistakes error
	told     bool          // Report knows of a mistake
	changed  chan struct{} // closed and replaced when now or mistakes change
}

// version is the site after one of the loads.
type version struct {
	name  string
	files map[string]func() ([]byte, error)
}

// load takes in the site anew and leaves the check of all its pages to the group.
func (v *live) load(ctx context.Context, g *errgroup.Group) {
	if v.stop != nil {
		v.stop()
	}
	b, next, err := v.next(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		v.set(nil, err)
		return
	}
	v.set(next, nil)
	checking, stop := context.WithCancel(ctx)
	v.stop = stop
	g.Go(func() error {
		defer stop()
		select {
		case <-time.After(pause):
			v.check(checking, b, next)
		case <-checking.Done():
		}
		return nil
	})
}

// pause lets browsers have their page before the check of all pages wants the processors.
const pause = 200 * time.Millisecond

func (v *live) next(ctx context.Context) (*builder, *version, error) {
	s, err := v.Load(ctx)
	if err != nil {
		return nil, nil, err
	}
	if v.code == nil {
		v.code = newHighlighter()
		v.code.disk = openCache(s.Cache)
	}
	b, err := newBuilder(s)
	if err != nil {
		return nil, nil, err
	}
	b.code = v.code
	b.missing.top = "/" // wherever the site will stand
	files, err := b.files()
	if err != nil {
		return nil, nil, err
	}
	v.count++
	next := &version{strconv.FormatInt(v.count, 10), map[string]func() ([]byte, error){}}
	for _, f := range files {
		next.files[f.name] = f.render
	}
	return b, next, nil
}

// check finds the mistakes that only show when a page is made, such as a link to a heading of another page that is gone.
func (v *live) check(ctx context.Context, b *builder, made *version) {
	err := b.render(ctx, 1, func(string, []byte) error { return nil })
	if ctx.Err() != nil {
		return
	}
	v.mu.Lock()
	if err == nil {
		v.good = made
	}
	mended := err == nil && v.told
	v.mu.Unlock()
	switch {
	case err != nil:
		v.set(nil, err)
	case mended:
		v.report(nil)
	}
}

// set tells browsers of a new version, nil for the same one, and of mistakes.
func (v *live) set(next *version, mistakes error) {
	v.mu.Lock()
	same := next == nil && v.mistakes != nil && mistakes != nil && v.mistakes.Error() == mistakes.Error()
	if next != nil {
		v.now = next
	}
	v.mistakes = mistakes
	if !same {
		close(v.changed)
		v.changed = make(chan struct{})
	}
	v.mu.Unlock()
	if mistakes != nil && !same {
		v.report(mistakes)
	}
}

func (v *live) report(err error) {
	v.mu.Lock()
	v.told = err != nil
	v.mu.Unlock()
	if v.Report != nil {
		v.Report(err)
	}
}

// ours is where the server has its own files, which no build has.
const ours = "/.patlint/"

func (v *live) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host // without a port
	}
	switch {
	case !local(host):
		http.Error(w, "this server answers to localhost and 127.0.0.1 only", http.StatusMisdirectedRequest)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "this server only shows pages", http.StatusMethodNotAllowed)
	case r.URL.Path == ours+"events":
		v.events(w, r)
	case r.URL.Path == ours+"style.css":
		send(w, r.URL.Path, http.StatusOK, []byte(Sheet()))
	case strings.HasPrefix(r.URL.Path, ours):
		data, err := embedded.ReadFile("assets/live/" + strings.TrimPrefix(r.URL.Path, ours))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		send(w, r.URL.Path, http.StatusOK, data)
	default:
		v.file(w, r)
	}
}

// file sends a file of the newest version or, where that has a mistake in it, of the last good one.
func (v *live) file(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	now, good, mistakes := v.now, v.good, v.mistakes
	v.mu.Unlock()
	if now == nil {
		v.sendPage(w, &version{name: "none"}, http.StatusServiceUnavailable, mistakesPage(mistakes))
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	status := http.StatusOK
	if name == "" || strings.HasSuffix(r.URL.Path, "/") {
		name = path.Join(name, "index.html")
	} else if now.files[name] == nil && now.files[name+"/index.html"] != nil {
		to := url.URL{Path: "/" + name + "/", RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", to.String())
		w.WriteHeader(http.StatusFound)
		return
	}
	if now.files[name] == nil {
		status, name = http.StatusNotFound, "404.html"
	}
	render := now.files[name]
	if render == nil {
		http.NotFound(w, r)
		return
	}
	data, err := render()
	if err != nil && good != nil && good.files[name] != nil {
		data, err = good.files[name]()
	}
	switch {
	case err != nil:
		v.sendPage(w, now, http.StatusInternalServerError, mistakesPage(err))
	case strings.HasSuffix(name, ".html"):
		v.sendPage(w, now, status, data)
	default:
		send(w, name, status, data)
	}
}

// The policy of a page is one of its elements; it is a header here, where it can let the events through.
const policyStart, policyEnd = `<meta http-equiv="Content-Security-Policy" content="`, `">`

func (v *live) sendPage(w http.ResponseWriter, made *version, status int, data []byte) {
	before, rest, ok := bytes.Cut(data, []byte(policyStart))
	policy, after, closed := bytes.Cut(rest, []byte(policyEnd))
	if ok && closed {
		data = append(before[:len(before):len(before)], after...)
		w.Header().Set("Content-Security-Policy", html.UnescapeString(string(policy))+"; frame-ancestors 'none'")
	}
	extra := fmt.Sprintf("<link rel=\"stylesheet\" href=\"%slive.css\">\n<script src=\"%[1]slive.js\" data-version=\"%s\" defer></script>\n</head>", ours, made.name)
	send(w, "page.html", status, bytes.Replace(data, []byte("</head>"), []byte(extra), 1))
}

// contentTypes are those of the site's files, by the ends of their names. Keep sorted.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".csv":         "text/csv; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".md":          "text/markdown; charset=utf-8",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".xml":         "application/xml",
}

func send(w http.ResponseWriter, name string, status int, data []byte) {
	kind := contentTypes[path.Ext(name)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	w.Write(data) // a reader that has gone needs no answer
}

// mistakesPage stands where there is no good page yet.
func mistakesPage(err error) []byte {
	t, parsing := template.ParseFS(embedded, "assets/live/mistakes.html")
	if parsing != nil {
		return []byte(html.EscapeString(parsing.Error())) // it is embedded
	}
	var out bytes.Buffer
	if err := t.Execute(&out, mistakeLines(err)); err != nil {
		return []byte(html.EscapeString(err.Error()))
	}
	return out.Bytes()
}

// maxShown is how many a page shows; nobody mends more at a time.
const maxShown = 50

// mistakeLines gives a line for each mistake.
func mistakeLines(err error) []string {
	if err == nil {
		return []string{}
	}
	lines := strings.Split(err.Error(), "\n")
	if n := len(lines); n > maxShown {
		lines = append(lines[:maxShown], fmt.Sprintf("and %d more", n-maxShown))
	}
	return lines
}

// heartbeat keeps a stream of events from being taken for dead.
const heartbeat = 15 * time.Second

// events tells a browser of each change: the version, and the mistakes. A browser that does not take it in time is dropped, and comes back.
func (v *live) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	text := "retry: 500\n"
	for {
		v.mu.Lock()
		state := struct {
			Version  string   `json:"version"`
			Mistakes []string `json:"mistakes"`
		}{"none", mistakeLines(v.mistakes)}
		if v.now != nil {
			state.Version = v.now.name
		}
		changed := v.changed
		v.mu.Unlock()
		data, err := json.Marshal(state)
		if err != nil {
			return
		}
		text += "data: " + string(data) + "\n\n"
		for waiting := true; waiting; {
			_ = out.SetWriteDeadline(time.Now().Add(5 * time.Second)) // where there can be none, the system's own holds
			if _, err := io.WriteString(w, text); err != nil || out.Flush() != nil || r.Method == http.MethodHead {
				return
			}
			select {
			case <-changed:
				text, waiting = "", false
			case <-tick.C:
				text = ":\n\n"
			case <-r.Context().Done():
				return
			}
		}
	}
}
