package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The engine's process, and what it said on stderr.
type Engine struct {
	url     string
	command *exec.Cmd
	client  http.Client
	mutex   sync.Mutex
	said    []string
	drained chan struct{}
}

type answerError struct {
	Message    string `json:"error"`
	UserFacing *struct {
		IsPanic bool   `json:"is_panic"`
		Message string `json:"message"`
		Meta    struct {
			Target any `json:"target"`
		} `json:"meta"`
		Code string `json:"error_code"`
	} `json:"user_facing_error"`
}

type answer struct {
	Data struct {
		Result json.RawMessage `json:"result"`
	} `json:"data"`
	Errors []answerError `json:"errors"`
}

// What a failed query ends with: the code and the text that the client looks at.
type queryError struct {
	code, text string
	target     any
}

func (e *queryError) Error() string { return e.code + ": " + e.text }

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil
}

func start(generated Generated, url string) (*Engine, error) {
	file := os.Getenv("PRISMA_QUERY_ENGINE_BINARY")
	version, err := exec.Command(file, "--version").Output()
	if err != nil || !strings.HasPrefix(string(version), "query-engine ") {
		return nil, fmt.Errorf("--version: %q, %v", version, err)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	engine := &Engine{url: "http://localhost:" + port, drained: make(chan struct{})}
	engine.command = exec.Command(file, "-p", port, "--enable-raw-queries")
	engine.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	engine.command.Stdout = os.Stdout
	stderr, err := engine.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	engine.command.Env = append(os.Environ(), "PRISMA_DML="+generated.Datamodel, "RUST_LOG=error", "RUST_LOG_FORMAT=json",
		"PRISMA_CLIENT_ENGINE_TYPE=binary", "PRISMA_ENGINE_PROTOCOL=graphql")
	if url != "" {
		var sources []source
		if err := json.Unmarshal(generated.Datasources, &sources); err != nil {
			return nil, err
		}
		text, _ := json.Marshal([]map[string]string{{"name": sources[0].Name, "url": url}})
		engine.command.Env = append(engine.command.Env, "OVERWRITE_DATASOURCES="+base64.URLEncoding.EncodeToString(text))
	}
	if err := engine.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(engine.drained)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			var message struct {
				Message string `json:"message"`
			}
			text := lines.Text()
			if json.Unmarshal(lines.Bytes(), &message) == nil && message.Message != "" {
				text = message.Message
			}
			engine.mutex.Lock()
			engine.said = append(engine.said, text)
			engine.mutex.Unlock()
		}
	}()
	var last error
	for i := 0; i < 100; i++ {
		if said := engine.firstSaid(); said != "" {
			engine.command.Process.Kill()
			engine.command.Wait()
			return nil, errors.New("query engine errored: " + said)
		}
		var body []byte
		if body, last = engine.request("GET", "/status", map[string]any{}); last == nil {
			var status struct {
				Status string `json:"status"`
			}
			if last = json.Unmarshal(body, &status); last == nil && status.Status == "ok" {
				return engine, nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	engine.stop()
	return nil, fmt.Errorf("not ready: %v", last)
}

func (e *Engine) firstSaid() string {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return strings.Join(e.said, "\n")
}

// SIGINT; the process ends by itself, with success.
func (e *Engine) stop() error {
	if err := e.command.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	<-e.drained
	if err := e.command.Wait(); err != nil && err.Error() != "signal: interrupt" {
		return err
	}
	return nil
}

func (e *Engine) request(method, path string, payload any) ([]byte, error) {
	text, err := json.Marshal(payload)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(method, e.url+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	request.Header.Set("content-type", "application/json")
	response, err := e.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d: %s", response.StatusCode, body)
	}
	if elapsed := response.Header.Get("X-Elapsed"); method == "POST" && elapsed != "" {
		if _, err := strconv.Atoi(elapsed); err != nil {
			return nil, fmt.Errorf("x-elapsed: %q", elapsed)
		}
	}
	return body, nil
}

type gqlRequest struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
}

func failure(e answerError) error {
	if e.UserFacing == nil {
		return &queryError{text: e.Message}
	}
	return &queryError{e.UserFacing.Code, strings.ReplaceAll(e.Message, "\n", " "), e.UserFacing.Meta.Target}
}

// Rows of raw queries come as columns, types and rows; the client makes objects of them.
func plain(result json.RawMessage) (json.RawMessage, error) {
	if !bytes.HasPrefix(result, []byte(`{"columns":[`)) {
		return result, nil
	}
	var table struct {
		Columns []string `json:"columns"`
		Types   []string `json:"types"`
		Rows    [][]any  `json:"rows"`
	}
	if err := json.Unmarshal(result, &table); err != nil {
		return nil, err
	}
	rows := []map[string]any{}
	for _, values := range table.Rows {
		row := map[string]any{}
		for i, column := range table.Columns {
			row[column] = values[i]
		}
		rows = append(rows, row)
	}
	return json.Marshal(rows)
}

// Runs one query text, and reads its result into `into`.
func (e *Engine) do(query string, into any) error {
	body, err := e.request("POST", "/", gqlRequest{query, map[string]any{}})
	if err != nil {
		return err
	}
	var got answer
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("%w in %s", err, body)
	}
	if len(got.Errors) > 0 {
		return failure(got.Errors[0])
	}
	result, err := plain(got.Data.Result)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(result, into); err != nil {
		return fmt.Errorf("%w in %s", err, body)
	}
	return nil
}

// A transaction of query texts: all results, or the first error.
func (e *Engine) transaction(queries ...string) ([]json.RawMessage, error) {
	batch := make([]gqlRequest, len(queries))
	for i, query := range queries {
		batch[i] = gqlRequest{query, map[string]any{}}
	}
	body, err := e.request("POST", "/", map[string]any{"batch": batch, "transaction": true})
	if err != nil {
		return nil, err
	}
	var got struct {
		Errors []answerError `json:"errors"`
		Result []answer      `json:"batchResult"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return nil, fmt.Errorf("%w in %s", err, body)
	}
	if len(got.Errors) > 0 {
		return nil, failure(got.Errors[0])
	}
	var results []json.RawMessage
	for _, one := range got.Result {
		if len(one.Errors) > 0 {
			return nil, failure(one.Errors[0])
		}
		result, err := plain(one.Data.Result)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}
