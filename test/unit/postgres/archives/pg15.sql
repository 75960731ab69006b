--
-- PostgreSQL database dump
--

\restrict h9ll5Jeyfo06NBl9uIMXvNc7WoV5G6GNbVSCoXsvMxYWy8OYoCZeVuVkaBQHcBO

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: Sch"ema ö; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "Sch""ema ö";


ALTER SCHEMA "Sch""ema ö" OWNER TO postgres;

--
-- Name: looks(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.looks() RETURNS text
    LANGUAGE sql
    AS $$ select 'COPY public.fake (a) FROM stdin;
1
\.


--
-- PostgreSQL database dump complete
--

' $$;


ALTER FUNCTION public.looks() OWNER TO postgres;

--
-- Name: FUNCTION looks(); Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON FUNCTION public.looks() IS 'it''s; COPY x FROM stdin;
\.';


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: ta'b"le; x; Type: TABLE; Schema: Sch"ema ö; Owner: keeper
--

CREATE TABLE "Sch""ema ö"."ta'b""le; x" (
    "co""l" integer,
    "FROM stdin;" text
);


ALTER TABLE "Sch""ema ö"."ta'b""le; x" OWNER TO keeper;

--
-- Name: days; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.days (
    d date,
    n integer
)
PARTITION BY RANGE (d);


ALTER TABLE public.days OWNER TO postgres;

--
-- Name: days_1; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.days_1 (
    d date,
    n integer
);


ALTER TABLE public.days_1 OWNER TO postgres;

--
-- Name: days_2; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.days_2 (
    d date,
    n integer
);


ALTER TABLE public.days_2 OWNER TO postgres;

--
-- Name: kept; Type: MATERIALIZED VIEW; Schema: public; Owner: postgres
--

CREATE MATERIALIZED VIEW public.kept AS
 SELECT count(*) AS count
   FROM public.days
  WITH NO DATA;


ALTER TABLE public.kept OWNER TO postgres;

--
-- Name: nothing; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.nothing (
    id integer NOT NULL
);


ALTER TABLE public.nothing OWNER TO postgres;

--
-- Name: nothing_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.nothing_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public.nothing_id_seq OWNER TO postgres;

--
-- Name: nothing_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: postgres
--

ALTER SEQUENCE public.nothing_id_seq OWNED BY public.nothing.id;


--
-- Name: odd's; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public."odd's"
    START WITH -1
    INCREMENT BY -1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public."odd's" OWNER TO postgres;

--
-- Name: plain_rows; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.plain_rows (
    id bigint NOT NULL,
    note text,
    bytes bytea
);


ALTER TABLE public.plain_rows OWNER TO postgres;

--
-- Name: plain_rows_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

ALTER TABLE public.plain_rows ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.plain_rows_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: days_1; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.days ATTACH PARTITION public.days_1 FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');


--
-- Name: days_2; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.days ATTACH PARTITION public.days_2 DEFAULT;


--
-- Name: nothing id; Type: DEFAULT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.nothing ALTER COLUMN id SET DEFAULT nextval('public.nothing_id_seq'::regclass);


--
-- Name: 4000000000; Type: BLOB; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('4000000000');


ALTER LARGE OBJECT 4000000000 OWNER TO postgres;

--
-- Name: 7; Type: BLOB; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('7');


ALTER LARGE OBJECT 7 OWNER TO postgres;

--
-- Name: 8; Type: BLOB; Schema: -; Owner: keeper
--

SELECT pg_catalog.lo_create('8');


ALTER LARGE OBJECT 8 OWNER TO keeper;

--
-- Data for Name: ta'b"le; x; Type: TABLE DATA; Schema: Sch"ema ö; Owner: keeper
--

COPY "Sch""ema ö"."ta'b""le; x" ("co""l", "FROM stdin;") FROM stdin;
1	a
2	bb
3	ccc
4	dddd
5	eeeee
6	ffffff
7	ggggggg
8	hhhhhhhh
9	iiiiiiiii
\.


--
-- Data for Name: days_1; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.days_1 (d, n) FROM stdin;
2026-01-30	0
2026-01-31	1
\.


--
-- Data for Name: days_2; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.days_2 (d, n) FROM stdin;
2026-02-01	2
2026-02-02	3
\.


--
-- Data for Name: nothing; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.nothing (id) FROM stdin;
\.


--
-- Data for Name: plain_rows; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.plain_rows (id, note, bytes) FROM stdin;
1	one	\\x00ff5c0a
2	two\nlines \\. "quoted"	\N
3	\N	\\x
4	--	\\x27
5	Käthe	\\x0d
\.


--
-- Name: nothing_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.nothing_id_seq', 1, true);


--
-- Name: odd's; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public."odd''s"', -1, true);


--
-- Name: plain_rows_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.plain_rows_id_seq', 5, true);


--
-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -
--

BEGIN;

SELECT pg_catalog.lo_open('7', 131072);
SELECT pg_catalog.lowrite(0, '\x736576656e');
SELECT pg_catalog.lo_close(0);

SELECT pg_catalog.lo_open('8', 131072);
SELECT pg_catalog.lo_close(0);

SELECT pg_catalog.lo_open('4000000000', 131072);
SELECT pg_catalog.lowrite(0, '\x00ff');
SELECT pg_catalog.lo_close(0);

COMMIT;

--
-- Name: nothing nothing_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.nothing
    ADD CONSTRAINT nothing_pkey PRIMARY KEY (id);


--
-- Name: LARGE OBJECT 7; Type: ACL; Schema: -; Owner: postgres
--

GRANT SELECT ON LARGE OBJECT 7 TO keeper;


--
-- Name: kept; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: postgres
--

REFRESH MATERIALIZED VIEW public.kept;


--
-- PostgreSQL database dump complete
--

\unrestrict h9ll5Jeyfo06NBl9uIMXvNc7WoV5G6GNbVSCoXsvMxYWy8OYoCZeVuVkaBQHcBO

