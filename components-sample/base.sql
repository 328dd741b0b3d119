-- The tables that the components stand on. A migration makes them in a real project.
CREATE SCHEMA shop;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop_reader') THEN CREATE ROLE shop_reader NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop_clerk') THEN CREATE ROLE shop_clerk NOLOGIN; END IF;
END
$$;

GRANT USAGE ON SCHEMA shop TO shop_reader, shop_clerk;

CREATE TABLE shop.customer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  country text NOT NULL DEFAULT 'DE',
  credit_limit numeric(12, 2) NOT NULL DEFAULT 1000,
  clerk name NOT NULL DEFAULT current_user,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shop.product (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text NOT NULL UNIQUE,
  title text NOT NULL,
  price numeric(12, 2) NOT NULL,
  reduced_vat boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shop.purchase (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES shop.customer,
  ordered_at timestamptz NOT NULL DEFAULT now(),
  cancelled boolean NOT NULL DEFAULT false
);

CREATE TABLE shop.purchase_line (
  purchase_id bigint NOT NULL REFERENCES shop.purchase,
  product_id bigint NOT NULL REFERENCES shop.product,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price numeric(12, 2) NOT NULL,
  PRIMARY KEY (purchase_id, product_id)
);

CREATE TABLE shop.payment (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  purchase_id bigint NOT NULL REFERENCES shop.purchase,
  amount numeric(12, 2) NOT NULL,
  paid_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE shop.customer ENABLE ROW LEVEL SECURITY;

INSERT INTO shop.customer (name, email, country) VALUES ('Ada', 'ada@example.com', 'GB'), ('Émile', 'emile@example.com', 'FR'), ('Grace', 'grace@example.com', 'US');
INSERT INTO shop.product (sku, title, price, reduced_vat) VALUES ('B-1', 'A book', 20, true), ('L-1', 'A lamp', 80, false), ('C-1', 'A chair', 150, false);
INSERT INTO shop.purchase (customer_id, ordered_at) VALUES (1, '2026-01-10'), (1, '2026-02-11'), (2, '2026-02-12'), (3, '2026-03-13');
INSERT INTO shop.purchase_line VALUES (1, 1, 2, 20), (1, 2, 1, 80), (2, 3, 1, 150), (3, 1, 1, 20), (4, 2, 3, 80);
INSERT INTO shop.payment (purchase_id, amount) VALUES (1, 60), (3, 21.40);
