'use strict';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const NUMBERS = new Intl.NumberFormat('en');

/** Bytes in the unit that suits them. */
function bytes(amount) {
  let unit = 0;
  let rest = amount;
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${rest.toFixed(unit === 0 || rest >= 100 || Number.isInteger(rest) ? 0 : 1)} ${UNITS[unit]}`;
}

function count(number) {
  return NUMBERS.format(number);
}

/** An instant in local time, with its date unless that is today's. */
function instant(text) {
  if (!text) {
    return '';
  }
  const date = new Date(text);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString() : date.toLocaleString();
}

/** All that is shown comes here, as text. Nothing is touched that stays. */
function setText(element, text) {
  if (element.shown !== text) {
    element.shown = text;
    element.textContent = text;
  }
}

/**
 * A table whose rows stay the same elements from one report to the next, known by their keys. Columns have: label; text,
 * of a row; optionally name, by which it is sorted; sort, a row's value for that; kind, a class; fill, which fills a
 * cell instead of text.
 */
class LiveTable {

  static #STEP = 50;

  #body = document.createElement('tbody');
  #headers = new Map();
  #columns;
  #key;
  #rows = new Map();
  #shown = LiveTable.#STEP;
  #more = document.createElement('button');
  #none = document.createElement('p');
  #data = [];
  #sort;
  #onSort;

  /** With onSort, rows come sorted from elsewhere, and all of them are shown. */
  constructor(table, columns, {key, caption, none, sort = null, onSort = null}) {
    this.#columns = columns;
    this.#key = key;
    this.#sort = sort;
    this.#onSort = onSort;
    table.append(this.#caption(caption), this.#head(), this.#body);
    this.#none.className = 'none';
    this.#none.textContent = none;
    this.#none.hidden = true;
    this.#more.type = 'button';
    this.#more.hidden = true;
    this.#more.addEventListener('click', () => {
      this.#shown += 4 * LiveTable.#STEP;
      this.show(this.#data);
    });
    table.after(this.#none, this.#more);
    this.#markSort();
  }

  #caption(text) {
    const caption = document.createElement('caption');
    caption.className = 'hidden';
    caption.textContent = text;
    return caption;
  }

  #head() {
    const head = document.createElement('thead');
    const row = head.insertRow();
    for (const column of this.#columns) {
      const header = document.createElement('th');
      header.scope = 'col';
      header.className = column.kind || '';
      if (column.name) {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = column.label;
        button.addEventListener('click', () => this.#sortBy(column.name));
        header.append(button);
        this.#headers.set(column.name, header);
      } else {
        header.textContent = column.label;
      }
      row.append(header);
    }
    return head;
  }

  #sortBy(name) {
    this.#sort = (this.#sort === name) ? '-' + name : name;
    this.#markSort();
    if (this.#onSort) {
      this.#onSort(this.#sort);
    } else {
      this.show(this.#data);
    }
  }

  #markSort() {
    for (const [name, header] of this.#headers) {
      if (this.#sort === name || this.#sort === '-' + name) {
        header.setAttribute('aria-sort', this.#sort === name ? 'ascending' : 'descending');
      } else {
        header.removeAttribute('aria-sort');
      }
    }
  }

  show(data) {
    this.#data = data;
    const all = this.#sorted(data);
    const visible = this.#onSort ? all : all.slice(0, this.#shown);
    const before = this.#rows;
    this.#rows = new Map();
    visible.forEach((row, place) => {
      const key = String(this.#key(row));
      const element = before.get(key) || this.#newRow();
      before.delete(key);
      this.#rows.set(key, element);
      this.#columns.forEach((column, i) => LiveTable.#fill(column, element.cells[i], row, place));
    });
    before.forEach((element) => element.remove());
    let i = 0;
    for (const element of this.#rows.values()) {
      const there = this.#body.rows[i++];
      if (there !== element) {
        this.#body.insertBefore(element, there || null);
      }
    }
    this.#none.hidden = data.length > 0;
    this.#more.hidden = visible.length === all.length;
    setText(this.#more, `Show more of ${count(all.length)}`);
  }

  #sorted(data) {
    if (this.#onSort || !this.#sort) {
      return data;
    }
    const sign = this.#sort.startsWith('-') ? -1 : 1;
    const column = this.#columns.find(({name}) => name === this.#sort.replace('-', ''));
    const value = column.sort || column.text;
    return data.map((row) => ({row, by: value(row) ?? ''}))
      .sort((a, b) => sign * (a.by < b.by ? -1 : a.by > b.by ? 1 : 0)).map(({row}) => row);
  }

  #newRow() {
    const row = document.createElement('tr');
    for (const column of this.#columns) {
      row.insertCell().className = column.kind || '';
    }
    return row;
  }

  static #fill(column, cell, row, place) {
    if (column.fill) {
      column.fill(cell, row, place);
    } else {
      setText(cell, String(column.text(row, place) ?? ''));
    }
  }
}

/** Fills a cell with a mode and its colour. */
function fillMode(cell, mode) {
  if (!cell.firstChild) {
    cell.append(document.createElement('span'));
  }
  const span = cell.firstChild;
  const name = 'mode ' + (MODES.includes(mode) ? mode : '');
  if (span.className !== name) {
    span.className = name;
  }
  setText(span, MODE_NAMES[mode] || '');
}
