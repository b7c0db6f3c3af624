'use strict';

const ROWS = 50;
const TIMEOUT_MILLIS = 10_000;
const LONGEST_WAIT_MILLIS = 15_000;

/** Where this page came from: whatever a proxy or the application calls the endpoint. */
const ENDPOINT = location.origin + location.pathname.replace(/\/+$/, '');

const element = (id) => document.getElementById(id);
const throughput = new RateHistory();
const charts = [new RateChart(element('chart-sent'), 'sent'), new RateChart(element('chart-received'), 'received')];

const view = {search: '', sort: 'id', offset: 0};
let sequence = 0;
let timer = 0;
let request = null;
let failures = 0;
let engine = null;
let announceFound = false;
let writable = false;
let answeredToken = null;

/** A request that was answered, but not as it should be. */
class Refusal extends Error {
}

// ---- Talking to the endpoint

async function ask(url, options = {}) {
  const answer = await fetch(url, {cache: 'no-store', credentials: 'same-origin', ...options,
    headers: {Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest', ...options.headers}});
  const token = answer.headers.get('Smc-Csrf')?.split(' ');
  if (token) {
    answeredToken = {[token[0]]: token[1]};
  }
  if ((answer.headers.get('Content-Type') || '').includes('json')) {
    const body = await answer.json();
    if (answer.ok) {
      return body;
    }
    throw new Refusal(explain(answer.status, body.error));
  }
  throw new Refusal(answer.ok ? 'The answer is no report. Perhaps you have to log in: load this page anew.'
    : explain(answer.status));
}

function explain(status, text) {
  switch (status) {
    case 400:
      return typeof text === 'string' ? text : 'The application does not take this (status 400).';
    case 401:
      return 'You are not logged in, or no longer (status 401): load this page anew.';
    case 403:
      return 'The application refuses this (status 403): you may lack the right, or its CSRF protection wants a token'
        + ' that this page has not got, or no longer: load it anew.';
    case 404:
      return 'There is no such thing, or no longer (status 404).';
    case 405:
      return 'The endpoint takes no changes (status 405).';
    default:
      return `The application answers with status ${status}.`;
  }
}

/** The token of Spring Security that came with this page, as a header; or none. */
function pageToken() {
  const said = (name) => document.querySelector(`meta[name=${name}]`)?.content;
  return said('csrf-token') ? {[said('csrf-header')]: said('csrf-token')} : null;
}

/** One that it has left for scripts. */
function cookieToken() {
  const cookie = document.cookie.split('; ').find((one) => one.startsWith('XSRF-TOKEN='));
  return cookie ? {'X-XSRF-TOKEN': decodeURIComponent(cookie.substring('XSRF-TOKEN='.length))} : null;
}

async function write(method, path, body) {
  const send = (token) => ask(ENDPOINT + path, {method, body: body && JSON.stringify(body),
    headers: {...(body && {'Content-Type': 'application/json'}), ...token}});
  const token = answeredToken || pageToken() || cookieToken();
  try {
    return await send(token);
  } catch (e) {
    // The refusal may have brought another one.
    const fresh = cookieToken();
    if (e instanceof Refusal && fresh && JSON.stringify(fresh) !== JSON.stringify(token)) {
      return send(fresh);
    }
    throw e;
  }
}

// ---- Refreshing

function query() {
  return `?${new URLSearchParams({search: view.search, sort: view.sort, offset: view.offset, limit: ROWS})}`;
}

/** Only the answer to the latest question counts. */
async function refresh() {
  clearTimeout(timer);
  if (request) {
    request.abort();
  }
  const mine = ++sequence;
  const mineRequest = request = new AbortController();
  const timeout = setTimeout(() => mineRequest.abort(), TIMEOUT_MILLIS);
  try {
    const report = await ask(ENDPOINT + query(), {signal: mineRequest.signal});
    if (mine === sequence) {
      show(report);
      failures = 0;
      setText(element('trouble'), '');
    }
  } catch (e) {
    if (mine === sequence) {
      failures++;
      const why = e instanceof Refusal ? e.message : 'The application does not answer.';
      setText(element('trouble'), `${why} What you see is of ${element('updated').textContent}. Trying again.`);
    }
  } finally {
    clearTimeout(timeout);
    if (mine === sequence) {
      request = null;
      schedule();
    }
  }
}

function schedule() {
  clearTimeout(timer);
  const interval = Number(element('interval').value);
  if (interval > 0 && !document.hidden) {
    timer = setTimeout(refresh, failures === 0 ? interval
      : Math.max(interval, Math.min(LONGEST_WAIT_MILLIS, 500 * 2 ** Math.min(failures, 6))));
  }
}

// ---- Showing a report

function show(report) {
  const now = performance.now();
  const other = engine !== null && engine !== engineOf(report);
  engine = engineOf(report);
  throughput.add(report, now);
  charts.forEach((chart) => chart.draw(throughput, now));
  setText(element('updated'), new Date().toLocaleTimeString());
  showState(report, other);
  showTiles(report);
  tables.modes.show(MODES.map((mode) => ({mode, report})));
  showConnections(report);
  tables.fallbacks.show(report.fallbacks);
  writable = report.available && report.access === 'UNRESTRICTED';
  element('rule-form').hidden = !writable;
  tables.policy.show(report.configuration.policy);
  tables.slow.show(report.monitor.slowReaders);
  tables.groups.show(report.linkGroups);
  tables.links.show(report.linkGroups.flatMap((group) => (group.smcr ? group.smcr.links : [])
    .map((link) => ({...link, group: group.id}))));
  const {kinds, warnAt} = report.resources;
  tables.resources.show(Object.entries(kinds).map(([kind, resource]) => ({kind, warnAt, ...resource})));
}

function showState(report, otherEngine) {
  const state = element('state');
  setText(state, report.available ? 'on' : 'off');
  state.className = 'pill ' + (report.available ? 'on' : 'off');
  element('off').hidden = report.available && !report.rdma.objection && !report.sharedMemory.objection;
  setText(element('off'), [report.available ? '' : `SMC is off: ${report.cause}`,
    report.sharedMemory.objection ? `Shared memory: ${report.sharedMemory.objection}` : '',
    report.rdma.objection ? `No SMC-R: ${explained(report.rdma.objection)}` : '']
    .filter((line) => line).join(' · '));
  setText(element('engine'), [report.gid ? `Engine ${report.gid.replace(/^0+(?=.)/, '')}` : 'No engine',
    `Java ${report.java}`, report.os,
    otherEngine ? 'another engine than before, or started anew' : ''].filter((part) => part).join(' · '));
}

function explained(reason) {
  return reason.hint ? `${reason.text}; ${reason.hint}` : reason.text;
}

function showTiles(report) {
  const {SMC, FALLBACK, FAILED} = report.handshakes;
  setText(element('handshakes'), `${count(SMC)} SMC, ${count(FALLBACK)} TCP, ${count(FAILED)} failed`);
  const {used, limit} = report.ringMemory;
  setText(element('ring-memory'), `${bytes(used)} of ${bytes(limit)}`);
  element('ring-meter').value = limit > 0 ? Math.min(1, used / limit) : 0;
  const {modes, enabled, slowReaders, slowReaderEpisodes} = report.monitor;
  const unread = modes.SMCD.unread + modes.SMCR.unread;
  setText(element('ring-fill'), enabled ? bytes(unread) : 'monitor is off');
  element('fill-meter').value = used > 0 ? Math.min(1, unread / used) : 0;
  setText(element('slow-count'), enabled ? `${count(slowReaders.length)} now, ${count(slowReaderEpisodes)} so far`
    : 'monitor is off');
  element('slow-count').className = slowReaders.length > 0 ? 'alarm' : '';
}

function showConnections(report) {
  const {all, found} = report.connectionCounts;
  if (view.offset > 0 && view.offset >= found) {
    view.offset = Math.max(0, ROWS * (Math.ceil(found / ROWS) - 1));
  }
  tables.connections.show(report.connections);
  const last = Math.min(found, view.offset + ROWS);
  const text = (found > ROWS ? `${count(view.offset + 1)} to ${count(last)} of ` : '')
    + (found === all ? count(all) : `${count(found)} found of ${count(all)}`);
  setText(element('found'), text);
  if (announceFound) {
    announceFound = false;
    setText(element('found-live'), `${text} connections`);
  }
  element('previous').disabled = view.offset === 0;
  element('next').disabled = last >= found;
}

const rate = (number) => (number === undefined || number === null ? '–' : `${bytes(number)}/s`);
const flow = (connection, window, way) => (connection.flow ? rate(connection.flow[window][way]) : '');
const modeRate = (mode, way) => {
  const rates = throughput.current();
  return rates ? rate(rates[mode][way]) : '–';
};

const tables = {
  modes: new LiveTable(element('modes'), [
    {label: 'Mode', fill: (cell, {mode}) => fillMode(cell, mode)},
    {label: 'Connections', kind: 'number', text: ({mode, report}) => count(report.connectionCounts.byMode[mode])},
    {label: 'Sent/s', kind: 'number', text: ({mode}) => modeRate(mode, 'sent')},
    {label: 'Received/s', kind: 'number', text: ({mode}) => modeRate(mode, 'received')},
    {label: 'Sent', kind: 'number', text: ({mode, report}) => bytes(report.bytes[mode].sent)},
    {label: 'Received', kind: 'number', text: ({mode, report}) => bytes(report.bytes[mode].received)},
    {label: 'Unread', kind: 'number', text: ({mode, report}) => bytes(report.monitor.modes[mode].unread)},
  ], {key: ({mode}) => mode, caption: 'Connections and bytes by mode', none: ''}),

  connections: new LiveTable(element('connection-table'), [
    {label: 'Id', name: 'id', text: (one) => one.id},
    {label: 'Mode', name: 'mode', fill: (cell, one) => fillMode(cell, one.mode)},
    {label: 'Role', name: 'role', text: (one) => one.role.toLowerCase()},
    {label: 'Local', name: 'local', kind: 'nowrap', text: (one) => one.local},
    {label: 'Peer', name: 'peer', kind: 'nowrap', text: (one) => one.peer},
    {label: 'State', name: 'state', text: (one) => one.state},
    {label: 'Sent/s', name: 'sentRate', kind: 'number', text: (one) => flow(one, 'last1s', 'sent')},
    {label: 'Received/s', name: 'receivedRate', kind: 'number', text: (one) => flow(one, 'last1s', 'received')},
    {label: 'Sent', name: 'bytesSent', kind: 'number', text: (one) => bytes(one.bytesSent)},
    {label: 'Received', name: 'bytesReceived', kind: 'number', text: (one) => bytes(one.bytesReceived)},
    {label: 'Ring', name: 'receiveBufferSize', kind: 'number',
      text: (one) => (one.receiveBufferSize ? bytes(one.receiveBufferSize) : '')},
    {label: 'Unread', name: 'unread', kind: 'number', text: (one) => (one.flow ? bytes(one.flow.unread) : '')},
    {label: 'Since', name: 'since', kind: 'nowrap', text: (one) => instant(one.since)},
    {label: 'Why TCP', kind: 'free', text: (one) => (one.fallbackReason ? one.fallbackReason.text
      + (one.peerDiagnosis ? ` (${one.peerDiagnosis})` : '') : '')},
  ], {key: (one) => one.id, caption: 'Open connections', none: 'No connections.', sort: view.sort,
    onSort: (sort) => {
      view.sort = sort;
      view.offset = 0;
      refresh();
    }}),

  fallbacks: new LiveTable(element('fallbacks'), [
    {label: 'Reason', name: 'reason', text: (one) => one.reason.name},
    {label: 'Connections', name: 'count', kind: 'number', sort: (one) => one.count, text: (one) => count(one.count)},
    {label: 'Code', kind: 'nowrap', text: (one) => one.reason.code},
    {label: 'Meaning', kind: 'free', text: (one) => one.reason.text},
    {label: 'What to do', kind: 'free', text: (one) => one.reason.hint},
  ], {key: (one) => one.reason.name, caption: 'Reasons', none: 'None has fallen back.'}),

  policy: new LiveTable(element('policy'), [
    {label: 'Place', text: (one, place) => place},
    {label: 'Id', text: (one) => one.id},
    {label: 'Action', text: (one) => one.action.toLowerCase()},
    {label: 'Direction', text: (one) => one.direction.toLowerCase()},
    {label: 'Peer', kind: 'free', text: (one) => [one.host, one.cidr, one.port && `port ${one.port}`]
      .filter((part) => part).join(' ') || 'every peer'},
    {label: 'Origin', text: (one) => one.origin.toLowerCase()},
    {label: 'Hits', kind: 'number', text: (one) => count(one.hits)},
    {label: 'Last hit', kind: 'nowrap', text: (one) => instant(one.lastHit)},
    {label: 'Ends', kind: 'nowrap', text: (one) => instant(one.expiry)},
    {label: 'Note', kind: 'free', text: (one) => [one.note, one.applyTo === 'OPEN' && 'for open connections, too']
      .filter((part) => part).join('; ')},
    {label: 'Remove', fill: fillRemove},
  ], {key: (one) => one.id, caption: 'Rules in force', none: 'No rules: SMC is tried with every peer.'}),

  slow: new LiveTable(element('slow'), [
    {label: 'Connection', name: 'id', sort: (one) => one.connection, text: (one) => one.connection},
    {label: 'Mode', fill: (cell, one) => fillMode(cell, one.mode)},
    {label: 'Does not read', kind: 'nowrap', name: 'local', text: (one) => one.local},
    {label: 'Peer', kind: 'nowrap', name: 'peer', text: (one) => one.peer},
    {label: 'Since', kind: 'nowrap', name: 'since', sort: (one) => one.since, text: (one) => instant(one.since)},
    {label: 'Unread', kind: 'number', name: 'unread', sort: (one) => one.unread, text: (one) => bytes(one.unread)},
  ], {key: (one) => one.connection, caption: 'Readers that take nothing', none: 'None.'}),

  groups: new LiveTable(element('groups'), [
    {label: 'Id', name: 'id', sort: (one) => one.id, text: (one) => one.id},
    {label: 'Mode', fill: (cell, one) => fillMode(cell, one.mode)},
    {label: 'Role', text: (one) => one.role.toLowerCase()},
    {label: 'Connections', name: 'connections', kind: 'number', sort: (one) => one.connections,
      text: (one) => count(one.connections) + (one.smcr ? ` of ${one.smcr.maxConnections}` : '')},
    {label: 'Ring memory', name: 'memory', kind: 'number', sort: (one) => one.ringMemory,
      text: (one) => bytes(one.ringMemory)},
    {label: 'Peer', kind: 'free', name: 'peer', text: (one) => (one.smcr ? one.smcr.peerHost
      : one.peerPid ? `process ${one.peerPid}` : '')},
    {label: 'EID', kind: 'free', text: (one) => (one.smcr ? one.smcr.eid : '')},
    {label: 'Version', kind: 'number', text: (one) => (one.smcr ? one.smcr.version : '')},
    {label: 'Type', text: (one) => (one.smcr ? one.smcr.type : '')},
    {label: 'Peer GID', kind: 'nowrap', text: (one) => one.peerGid},
  ], {key: (one) => one.id, caption: 'Link groups', none: 'None.'}),

  links: new LiveTable(element('links'), [
    {label: 'Link group', text: (one) => one.group},
    {label: 'Link', kind: 'number', text: (one) => one.number},
    {label: 'State', text: (one) => one.state},
    {label: 'Connections', kind: 'number', text: (one) => count(one.connections)},
    {label: 'Device', kind: 'nowrap', text: (one) => `${one.device} port ${one.port}`},
    {label: 'GID', kind: 'nowrap', text: (one) => one.gid},
    {label: 'Peer GID', kind: 'nowrap', text: (one) => one.peerGid},
    {label: 'QPN', kind: 'number', text: (one) => one.qpn},
    {label: 'Peer QPN', kind: 'number', text: (one) => one.peerQpn},
  ], {key: (one) => `${one.group}/${one.number}`, caption: 'Links over RDMA', none: 'None.'}),

  resources: new LiveTable(element('resources'), [
    {label: 'Resource', text: (one) => one.text},
    {label: 'Used', kind: 'number', text: (one) => amount(one, one.used)},
    {label: 'Limit', kind: 'number', text: (one) => amount(one, one.limit)},
    {label: 'Highest', kind: 'number', text: (one) => amount(one, one.highest)},
    {label: 'Of limit', fill: fillMeter},
    {label: 'If scarce', kind: 'free', text: (one) => (one.scarce ? 'scarce: ' : '') + one.lever},
  ], {key: (one) => one.kind, caption: 'Resources', none: 'Nothing is counted.'}),
};

function amount(resource, number) {
  return number === undefined || number === null ? '' : resource.bytes ? bytes(number) : count(number);
}

function fillMeter(cell, resource) {
  if (!cell.firstChild) {
    const meter = document.createElement('meter');
    meter.max = 100;
    cell.append(meter);
  }
  const meter = cell.firstChild;
  meter.high = resource.warnAt;
  meter.hidden = resource.limit === undefined;
  meter.value = Math.min(100, resource.percent);
  meter.setAttribute('aria-label', `${resource.percent} % of ${resource.text}`);
  cell.title = `${resource.percent} %`;
}

// ---- Rules

/** A button that removes a rule: the first press asks, the second removes. */
function fillRemove(cell, rule) {
  if (!cell.firstChild) {
    const button = document.createElement('button');
    button.type = 'button';
    const calm = () => {
      button.className = '';
      button.textContent = 'Remove';
      button.setAttribute('aria-label', `Remove rule ${rule.id}`);
    };
    calm();
    button.addEventListener('blur', calm);
    button.addEventListener('click', () => {
      if (button.className === 'sure') {
        change('DELETE', `/policy/${encodeURIComponent(rule.id)}`, null, `Rule ${rule.id} is removed.`);
      } else {
        button.className = 'sure';
        button.textContent = 'Really?';
        button.setAttribute('aria-label', `Really remove rule ${rule.id}?`);
      }
    });
    cell.append(button);
  }
  cell.firstChild.hidden = !writable;
}

async function change(method, path, body, done) {
  const said = element('policy-said');
  try {
    const answer = await write(method, path, body);
    tables.policy.show(answer.policy);
    said.className = '';
    setText(said, done);
    refresh();
    return true;
  } catch (e) {
    said.className = 'bad';
    setText(said, e instanceof Refusal ? e.message : 'The application does not answer: nothing is known of the change.');
    return false;
  }
}

element('rule-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector('button');
  const rule = {};
  for (const [name, value] of new FormData(form)) {
    if (value.trim() !== '') {
      rule[name] = name === 'position' ? Number(value) : value.trim();
    }
  }
  button.disabled = true;
  try {
    if (await change('POST', '/policy', rule, 'The rule is in force.')) {
      form.reset();
    }
  } finally {
    button.disabled = false;
  }
});

// ---- What people do

let typing = 0;
element('search-form').addEventListener('submit', (event) => event.preventDefault());
element('search').addEventListener('input', (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    view.search = event.target.value;
    view.offset = 0;
    announceFound = true;
    refresh();
  }, 250);
});
const turn = (rows) => {
  view.offset = Math.max(0, view.offset + rows);
  announceFound = true;
  refresh();
};
element('previous').addEventListener('click', () => turn(-ROWS));
element('next').addEventListener('click', () => turn(ROWS));
element('interval').addEventListener('change', schedule);
document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer)
  : Number(element('interval').value) > 0 && refresh()));
refresh();
