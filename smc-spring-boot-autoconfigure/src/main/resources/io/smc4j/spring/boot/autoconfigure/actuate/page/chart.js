'use strict';

const MODES = ['SMCD', 'SMCR', 'TCP'];
const MODE_NAMES = {SMCD: 'SMC-D', SMCR: 'SMC-R', TCP: 'TCP'};

/** Makes rates of the counters of reports, and keeps those of the last minutes. A gap is an entry without rates. */
class RateHistory {

  static SPAN_MILLIS = 5 * 60_000;
  static #LEAST_MILLIS = 400;
  static #MOST_MILLIS = 35_000;

  entries = [];
  #last = null;

  /** Takes a report that has arrived at a time of the browser's own steady clock. */
  add(report, now) {
    const seen = {engine: engineOf(report), millis: report.monotonicMillis, bytes: report.bytes};
    const last = this.#last;
    if (last && last.engine === seen.engine) {
      const elapsed = seen.millis - last.millis;
      if (elapsed >= 0 && elapsed < RateHistory.#LEAST_MILLIS) {
        return;
      }
      const rates = (elapsed > 0 && elapsed <= RateHistory.#MOST_MILLIS) ? RateHistory.#rates(last, seen, elapsed) : null;
      this.entries.push({now, rates});
    } else if (last) {
      this.entries.push({now, rates: null});
    }
    this.#last = seen;
    while (this.entries.length > 0 && this.entries[0].now < now - RateHistory.SPAN_MILLIS) {
      this.entries.shift();
    }
  }

  /** The rates now, or null if there are none yet. */
  current() {
    return this.entries.length > 0 ? this.entries[this.entries.length - 1].rates : null;
  }

  /** Bytes per second, or null if a counter has gone back. */
  static #rates(last, seen, elapsed) {
    const rates = {};
    for (const mode of MODES) {
      const sent = seen.bytes[mode].sent - last.bytes[mode].sent;
      const received = seen.bytes[mode].received - last.bytes[mode].received;
      if (sent < 0 || received < 0) {
        return null;
      }
      rates[mode] = {sent: sent * 1000 / elapsed, received: received * 1000 / elapsed};
    }
    return rates;
  }
}

/** What tells one engine, and one start of it, from another. */
function engineOf(report) {
  return (report.gid || '') + ' ' + ((report.statistics && report.statistics.startedAt) || '');
}

/** Draws one direction of a history. */
class RateChart {

  static #WIDTH = 1000;
  static #HEIGHT = 100;

  #direction;
  #svg;
  #paths = {};
  #top;
  #middle;

  constructor(place, direction) {
    this.#direction = direction;
    this.#svg = RateChart.#element('svg', {viewBox: `0 0 ${RateChart.#WIDTH} ${RateChart.#HEIGHT}`,
      preserveAspectRatio: 'none', role: 'img'});
    for (const y of [0.5, 50, 99.5]) {
      this.#svg.append(RateChart.#element('line', {class: 'grid', x1: 0, x2: RateChart.#WIDTH, y1: y, y2: y}));
    }
    for (const mode of [...MODES].reverse()) {
      this.#paths[mode] = RateChart.#element('path', {class: mode});
      this.#svg.append(this.#paths[mode]);
    }
    const label = (name, text) => {
      const span = document.createElement('span');
      span.className = name;
      span.textContent = text;
      return span;
    };
    this.#top = label('top', '');
    this.#middle = label('middle', '');
    place.append(this.#svg, this.#top, this.#middle, label('from', '5 minutes ago'), label('to', 'now'));
  }

  static #element(name, attributes) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    return element;
  }

  draw(history, now) {
    let most = 1024;
    for (const entry of history.entries) {
      for (const mode of MODES) {
        most = Math.max(most, entry.rates ? entry.rates[mode][this.#direction] : 0);
      }
    }
    const scale = 2 ** Math.ceil(Math.log2(most));
    setText(this.#top, bytes(scale) + '/s');
    setText(this.#middle, bytes(scale / 2) + '/s');
    const current = history.current();
    this.#svg.setAttribute('aria-label', `Bytes ${this.#direction} per second in the last minutes; now `
      + MODES.map((mode) => `${MODE_NAMES[mode]} ${current ? bytes(current[mode][this.#direction]) : 'unknown'}`)
        .join(', '));
    for (const mode of MODES) {
      this.#paths[mode].setAttribute('d', this.#line(history, mode, scale, now));
    }
  }

  #line(history, mode, scale, now) {
    let line = '';
    let pen = 'M';
    for (const entry of history.entries) {
      if (!entry.rates) {
        pen = 'M';
        continue;
      }
      const x = RateChart.#WIDTH * (1 - (now - entry.now) / RateHistory.SPAN_MILLIS);
      const y = 99 - 98 * entry.rates[mode][this.#direction] / scale;
      line += `${pen}${x.toFixed(1)} ${y.toFixed(2)}`;
      pen = 'L';
    }
    return line;
  }
}
