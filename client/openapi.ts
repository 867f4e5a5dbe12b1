/**
 * The types of the service's API. Generated from its OpenAPI document by `npm run client:types`: change the routes'
 * schemas, not this file.
 */
export interface paths {
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The models that are served */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of a model that are served */
        get: operations["listVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A model card */
        get: operations["getModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A model card */
        get: operations["getModelVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/sample": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Images of the data, encoded: posterior means, errors, classes, factors and thumbnails, as columns */
        get: operations["sample"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/sample": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Images of the data, encoded: posterior means, errors, classes, factors and thumbnails, as columns */
        get: operations["sampleVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/sample/sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The thumbnails of the sample, as one picture */
        get: operations["sampleSheet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/sample/sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The thumbnails of the sample, as one picture */
        get: operations["sampleSheetVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files of the report: figures, measures and a page for people */
        get: operations["listReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files of the report: figures, measures and a page for people */
        get: operations["listReportVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/report/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of the report; `index.html` is its page, `metrics.json` the measures */
        get: operations["reportFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/report/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of the report; `index.html` is its page, `metrics.json` the measures */
        get: operations["reportFileVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/decode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Latents in, images out */
        post: operations["decode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/decode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Latents in, images out */
        post: operations["decodeVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/layers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Latents in, for each the layers of its image out: what each partition draws, with alpha */
        post: operations["layers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/layers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Latents in, for each the layers of its image out: what each partition draws, with alpha */
        post: operations["layersVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/traversal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A grid of what each unit, or each partition, changes in the image */
        get: operations["traversal"];
        put?: never;
        /** An image in, the traversal grid around its posterior mean out; the first column is the input */
        post: operations["traverseImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/traversal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A grid of what each unit, or each partition, changes in the image */
        get: operations["traversalVersion"];
        put?: never;
        /** An image in, the traversal grid around its posterior mean out; the first column is the input */
        post: operations["traverseImageVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/influence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** For each partition, where in the image it acts: mean absolute change of each pixel over the traversals of its units */
        get: operations["influence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/influence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** For each partition, where in the image it acts: mean absolute change of each pixel over the traversals of its units */
        get: operations["influenceVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this server is */
        get: operations["serverMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Inputs and outputs of a graph */
        get: operations["modelMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Inputs and outputs of a graph */
        get: operations["modelMetadataVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A graph is loaded and proven, and the service is not draining */
        get: operations["modelReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A graph is loaded and proven, and the service is not draining */
        get: operations["modelReadyVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tensors in, tensors out, as JSON or binary */
        post: operations["infer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tensors in, tensors out, as JSON or binary */
        post: operations["inferVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models are loaded and proven, and the service is not draining */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in the Prometheus text format */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/encode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Images in, the latent of each out, by partition */
        post: operations["encode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/encode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Images in, the latent of each out, by partition */
        post: operations["encodeVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/reconstruct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Images in, their reconstructions out, and beside each what the model was given */
        post: operations["reconstruct"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/reconstruct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Images in, their reconstructions out, and beside each what the model was given */
        post: operations["reconstructVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/mix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Two images A and B in; A, B, and A with partitions taken from B out */
        post: operations["mix"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/mix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Two images A and B in; A, B, and A with partitions taken from B out */
        post: operations["mixVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An image or a latent in; out come the encoded images that are like it, by partition */
        post: operations["search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An image or a latent in; out come the encoded images that are like it, by partition */
        post: operations["searchVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Error: {
            statusCode: number;
            /**
             * @description Stable, for programs
             * @example PVAE_IMAGE_INVALID
             */
            code: string;
            /** @description The status in words */
            error: string;
            /** @description For people: the field, what was expected and what was received */
            message: string;
        };
        ProtocolError: {
            /** @description For people: the field, what was expected and what was received */
            error: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: {
                            name: string;
                            /** @description Served by default: the highest */
                            version: number;
                            /** @description All that are served, ascending */
                            versions: number[];
                            description: string;
                            image: {
                                height: number;
                                width: number;
                                channels: 1 | 3;
                            };
                            latentSize: number;
                            partitions: {
                                name: string;
                                size: number;
                                offset: number;
                                /** @description Human name, given after measuring */
                                label?: string;
                            }[];
                        }[];
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @description Served by default: the highest */
                        version: number;
                        /** @description All that are served, ascending */
                        versions: number[];
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {number} */
                        schemaVersion: 1;
                        name: string;
                        version: number;
                        /** @description UTC, ISO 8601 */
                        createdAt: string;
                        description: string;
                        image: {
                            height: number;
                            width: number;
                            channels: 1 | 3;
                        };
                        /** @description Version of the rule by which picture files became the pixels that the model was trained on; absent in cards that are older than the second: 1 */
                        pixelRule?: number;
                        subresolution: {
                            factor: number;
                            interpolation: "nearest" | "bilinear";
                        };
                        latentSize: number;
                        partitions: {
                            name: string;
                            size: number;
                            offset: number;
                            /** @description Human name, given after measuring */
                            label?: string;
                        }[];
                        /** @description Of the posterior means over training images: mean and deviation of each unit */
                        latentStatistics: {
                            mean: number[];
                            standardDeviation: number[];
                            /** @description The first of each partition, in card order */
                            principalDirections: {
                                /** @description Unit length, one number for each unit of the partition */
                                vector: number[];
                                /** @description Of the posterior means along the vector */
                                standardDeviation: number;
                            }[];
                        };
                        files: {
                            encoder: {
                                /** @description File name inside the version folder */
                                path: string;
                                sha256: string;
                                bytes: number;
                            };
                            decoder: {
                                /** @description File name inside the version folder */
                                path: string;
                                sha256: string;
                                bytes: number;
                            };
                            layers?: {
                                /** @description File name inside the version folder */
                                path: string;
                                sha256: string;
                                bytes: number;
                            };
                            sample?: {
                                /** @description File name inside the version folder */
                                path: string;
                                sha256: string;
                                bytes: number;
                            };
                        };
                        /** @description Resolved config, seed, epochs, engine, durations, package versions */
                        training: {
                            [key: string]: unknown;
                        };
                        /** @description By split, e.g. {"test": {"mse": 0.016}} */
                        metrics: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description What runs the model here
                         * @enum {unknown}
                         */
                        executionProvider: "cpu" | "cuda";
                        /** @description Version of the rule by which pictures become pixels here. Where pixelRule (1 where it is absent) is another, latents can differ from those of training */
                        servedPixelRule: number;
                        /** @description What this version has beside its card: paths from the root of the API, without a slash before */
                        links: {
                            /** @description Gives the layers of its pictures: this model draws its partitions apart */
                            layers?: string;
                            /** @description The encoded sample */
                            sample?: string;
                            /** @description The thumbnails of the sample */
                            sheet?: string;
                            /** @description The page of the report */
                            report?: string;
                            /** @description All measures, as JSON */
                            metrics?: string;
                            /** @description Finds encoded images that are near one: this version has an index */
                            search?: string;
                        };
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {number} */
                        schemaVersion: 1;
                        name: string;
                        version: number;
                        /** @description UTC, ISO 8601 */
                        createdAt: string;
                        description: string;
                        image: {
                            height: number;
                            width: number;
                            channels: 1 | 3;
                        };
                        /** @description Version of the rule by which picture files became the pixels that the model was trained on; absent in cards that are older than the second: 1 */
                        pixelRule?: number;
                        subresolution: {
                            factor: number;
                            interpolation: "nearest" | "bilinear";
                        };
                        latentSize: number;
                        partitions: {
                            name: string;
                            size: number;
                            offset: number;
                            /** @description Human name, given after measuring */
                            label?: string;
                        }[];
                        /** @description Of the posterior means over training images: mean and deviation of each unit */
                        latentStatistics: {
                            mean: number[];
                            standardDeviation: number[];
                            /** @description The first of each partition, in card order */
                            principalDirections: {
                                /** @description Unit length, one number for each unit of the partition */
                                vector: number[];
                                /** @description Of the posterior means along the vector */
                                standardDeviation: number;
                            }[];
                        };
                        files: {
                            encoder: {
                                /** @description File name inside the version folder */
                                path: string;
                                sha256: string;
                                bytes: number;
                            };
                            decoder: {
                                /** @description File name inside the version folder */
                                path: string;
                                sha256: string;
                                bytes: number;
                            };
                            layers?: {
                                /** @description File name inside the version folder */
                                path: string;
                                sha256: string;
                                bytes: number;
                            };
                            sample?: {
                                /** @description File name inside the version folder */
                                path: string;
                                sha256: string;
                                bytes: number;
                            };
                        };
                        /** @description Resolved config, seed, epochs, engine, durations, package versions */
                        training: {
                            [key: string]: unknown;
                        };
                        /** @description By split, e.g. {"test": {"mse": 0.016}} */
                        metrics: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description What runs the model here
                         * @enum {unknown}
                         */
                        executionProvider: "cpu" | "cuda";
                        /** @description Version of the rule by which pictures become pixels here. Where pixelRule (1 where it is absent) is another, latents can differ from those of training */
                        servedPixelRule: number;
                        /** @description What this version has beside its card: paths from the root of the API, without a slash before */
                        links: {
                            /** @description Gives the layers of its pictures: this model draws its partitions apart */
                            layers?: string;
                            /** @description The encoded sample */
                            sample?: string;
                            /** @description The thumbnails of the sample */
                            sheet?: string;
                            /** @description The page of the report */
                            report?: string;
                            /** @description All measures, as JSON */
                            metrics?: string;
                            /** @description Finds encoded images that are near one: this version has an index */
                            search?: string;
                        };
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sample: {
        parameters: {
            query?: {
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "raw" | "json";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By `format`, else by `Accept`, the file (8 bytes `PVAESMP1`, the length of the header as uint32, the header as JSON, and columns and sheet where the header says; little-endian), or only the header */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                    "application/json": {
                        /** @enum {number} */
                        schemaVersion: 1;
                        /** @description Images, N */
                        count: number;
                        data: {
                            /** @description The data set, and which part of it */
                            name: string;
                            /** @description Of the data set, as the card has it */
                            fingerprint: string;
                            /** @description Images of the data set */
                            count: number;
                        };
                        /** @description Names of the classes: class[i] is an index */
                        classes?: string[];
                        /** @description Names of the columns of factor */
                        factors?: string[];
                        /** @description `index` UINT32 [N], in the data set; `mean` FP32 [N, D], posterior means; `squaredError` FP32 [N], of the reconstruction, averaged over its values; `logVariance` FP32 [D], of the posteriors, averaged over the images; where known `class` UINT8 [N] and `factor` FP32 [N, K] */
                        columns: {
                            name: string;
                            /**
                             * @description Little-endian
                             * @enum {unknown}
                             */
                            datatype: "FP32" | "UINT32" | "UINT8";
                            /** @description Rows first */
                            shape: number[];
                            /** @description From the start of the file */
                            offset: number;
                            bytes: number;
                        }[];
                        /** @description A picture of all images, small, row by row without gaps */
                        sheet: {
                            /** @enum {string} */
                            type: "image/webp";
                            /** @description Thumbnails in a row */
                            columns: number;
                            /** @description Of a thumbnail, in pixels */
                            width: number;
                            /** @description Of a thumbnail, in pixels */
                            height: number;
                            /** @description From the start of the file */
                            offset: number;
                            bytes: number;
                        };
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sampleVersion: {
        parameters: {
            query?: {
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "raw" | "json";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By `format`, else by `Accept`, the file (8 bytes `PVAESMP1`, the length of the header as uint32, the header as JSON, and columns and sheet where the header says; little-endian), or only the header */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                    "application/json": {
                        /** @enum {number} */
                        schemaVersion: 1;
                        /** @description Images, N */
                        count: number;
                        data: {
                            /** @description The data set, and which part of it */
                            name: string;
                            /** @description Of the data set, as the card has it */
                            fingerprint: string;
                            /** @description Images of the data set */
                            count: number;
                        };
                        /** @description Names of the classes: class[i] is an index */
                        classes?: string[];
                        /** @description Names of the columns of factor */
                        factors?: string[];
                        /** @description `index` UINT32 [N], in the data set; `mean` FP32 [N, D], posterior means; `squaredError` FP32 [N], of the reconstruction, averaged over its values; `logVariance` FP32 [D], of the posteriors, averaged over the images; where known `class` UINT8 [N] and `factor` FP32 [N, K] */
                        columns: {
                            name: string;
                            /**
                             * @description Little-endian
                             * @enum {unknown}
                             */
                            datatype: "FP32" | "UINT32" | "UINT8";
                            /** @description Rows first */
                            shape: number[];
                            /** @description From the start of the file */
                            offset: number;
                            bytes: number;
                        }[];
                        /** @description A picture of all images, small, row by row without gaps */
                        sheet: {
                            /** @enum {string} */
                            type: "image/webp";
                            /** @description Thumbnails in a row */
                            columns: number;
                            /** @description Of a thumbnail, in pixels */
                            width: number;
                            /** @description Of a thumbnail, in pixels */
                            height: number;
                            /** @description From the start of the file */
                            offset: number;
                            bytes: number;
                        };
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sampleSheet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All images of the sample, small, row by row without gaps, as the header of the sample says */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": Blob;
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sampleSheetVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All images of the sample, small, row by row without gaps, as the header of the sample says */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": Blob;
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description `index.html` is the page, `metrics.json` the measures */
                        files: {
                            /** @description Below `report/` */
                            path: string;
                            /** @description Media type */
                            type: string;
                            bytes: number;
                        }[];
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listReportVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description `index.html` is the page, `metrics.json` the measures */
                        files: {
                            /** @description Below `report/` */
                            path: string;
                            /** @description Media type */
                            type: string;
                            bytes: number;
                        }[];
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reportFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Path below `report/`, as the list has it */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, as its name says. Pages may load pictures of the report, and nothing else; no scripts run */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": Blob;
                    "application/json": Blob;
                    "text/csv": Blob;
                    "text/plain": Blob;
                    "text/css": Blob;
                    "image/svg+xml": Blob;
                    "image/png": Blob;
                    "image/webp": Blob;
                    "image/jpeg": Blob;
                    "application/octet-stream": Blob;
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reportFileVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
                /** @description Path below `report/`, as the list has it */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, as its name says. Pages may load pictures of the report, and nothing else; no scripts run */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": Blob;
                    "application/json": Blob;
                    "text/csv": Blob;
                    "text/plain": Blob;
                    "text/css": Blob;
                    "image/svg+xml": Blob;
                    "image/png": Blob;
                    "image/webp": Blob;
                    "image/jpeg": Blob;
                    "application/octet-stream": Blob;
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    decode: {
        parameters: {
            query?: {
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "json" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    latents: (number[] | {
                        [key: string]: number[];
                    })[];
                };
            };
        };
        responses: {
            /** @description The images: by `format`, else by `Accept`, one picture with all side by side (PNG by default, or WebP), JSON with a data URL for each, or the bare pixels of all, UINT8 [N, height, width, channels], without the cost of a picture file */
            200: {
                headers: {
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/json": {
                        images: string[];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    decodeVersion: {
        parameters: {
            query?: {
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "json" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    latents: (number[] | {
                        [key: string]: number[];
                    })[];
                };
            };
        };
        responses: {
            /** @description The images: by `format`, else by `Accept`, one picture with all side by side (PNG by default, or WebP), JSON with a data URL for each, or the bare pixels of all, UINT8 [N, height, width, channels], without the cost of a picture file */
            200: {
                headers: {
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/json": {
                        images: string[];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    layers: {
        parameters: {
            query?: {
                /** @description Names between commas (default: all) */
                partition?: string;
                /** @description `over`: each layer lies over those before it; drawn in order (source over), all of them are the picture. `share`: alpha is the visible share of each pixel; the sum of colour times alpha is the picture */
                alpha?: "over" | "share";
                /** @description Colours in the light of the gain, where the model has one. false: as they are without it */
                light?: boolean;
                /** @description Of a binary answer. FP32 is exact, and its colours may be beyond 1 in bright light */
                datatype?: "UINT8" | "FP32";
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "json" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    latents: (number[] | {
                        [key: string]: number[];
                    })[];
                };
            };
        };
        responses: {
            /** @description The layers, from the back to the front, RGBA, colours not multiplied by alpha: by `format`, else by `Accept`, one picture with a row for each latent and a column for each layer, JSON with a data URL for each, or a binary tensor [N, layers, height, width, 4] (UINT8 unless `datatype` says FP32). A gain comes last and is transparent; its colour is its factors, in bytes half of them */
            200: {
                headers: {
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    /** @description The partitions of the layers, names between commas, from the back to the front */
                    "layer-partitions"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/json": {
                        /** @description For each latent its layers, from the back to the front */
                        layers: {
                            partition: string;
                            /** @description PNG as a data URL: RGBA, straight. Absent of a gain, which draws nothing */
                            image?: string;
                            /** @description Of a gain: its factors of red, green and blue */
                            gain?: number[];
                        }[][];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    layersVersion: {
        parameters: {
            query?: {
                /** @description Names between commas (default: all) */
                partition?: string;
                /** @description `over`: each layer lies over those before it; drawn in order (source over), all of them are the picture. `share`: alpha is the visible share of each pixel; the sum of colour times alpha is the picture */
                alpha?: "over" | "share";
                /** @description Colours in the light of the gain, where the model has one. false: as they are without it */
                light?: boolean;
                /** @description Of a binary answer. FP32 is exact, and its colours may be beyond 1 in bright light */
                datatype?: "UINT8" | "FP32";
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "json" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    latents: (number[] | {
                        [key: string]: number[];
                    })[];
                };
            };
        };
        responses: {
            /** @description The layers, from the back to the front, RGBA, colours not multiplied by alpha: by `format`, else by `Accept`, one picture with a row for each latent and a column for each layer, JSON with a data URL for each, or a binary tensor [N, layers, height, width, 4] (UINT8 unless `datatype` says FP32). A gain comes last and is transparent; its colour is its factors, in bytes half of them */
            200: {
                headers: {
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    /** @description The partitions of the layers, names between commas, from the back to the front */
                    "layer-partitions"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/json": {
                        /** @description For each latent its layers, from the back to the front */
                        layers: {
                            partition: string;
                            /** @description PNG as a data URL: RGBA, straight. Absent of a gain, which draws nothing */
                            image?: string;
                            /** @description Of a gain: its factors of red, green and blue */
                            gain?: number[];
                        }[][];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    traversal: {
        parameters: {
            query?: {
                /** @description `unit`: a row for each unit, moved alone; `scale`: a row for each partition, all its elements times the step's factor; `joint`: a row for each partition, moved along its first principal direction */
                mode?: "unit" | "scale" | "joint";
                /** @description Names between commas (default: all) */
                partition?: string;
                /** @description Columns */
                steps?: number;
                /** @description unit, joint: ± posterior standard deviations around the base */
                range?: number;
                /** @description scale: the first factor */
                from?: number;
                /** @description scale: the last factor */
                to?: number;
                /** @description The base: D numbers between commas (default: the card's mean) */
                latent?: string;
                /** @description The base: a sample from the prior, instead of `latent` */
                seed?: number;
                /** @description Nearest (default: small images become at least 56 pixels) */
                zoom?: number;
                /** @description Partition names beside the pictures (a partition's label where the card has one), and the values of a traversal above its columns */
                labels?: boolean;
                /** @description Of the answer; wins over `Accept` */
                format?: "png" | "webp";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The grid; PNG or WebP by `format`, else by `Accept` */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    traverseImage: {
        parameters: {
            query?: {
                /** @description `unit`: a row for each unit, moved alone; `scale`: a row for each partition, all its elements times the step's factor; `joint`: a row for each partition, moved along its first principal direction */
                mode?: "unit" | "scale" | "joint";
                /** @description Names between commas (default: all) */
                partition?: string;
                /** @description Columns */
                steps?: number;
                /** @description unit, joint: ± posterior standard deviations around the base */
                range?: number;
                /** @description scale: the first factor */
                from?: number;
                /** @description scale: the last factor */
                to?: number;
                /** @description How an image of another size becomes the model's: stretched, padded with black, or cropped in the middle */
                fit?: "fill" | "contain" | "cover";
                /** @description Dark on light becomes light on dark. What is transparent or padded ends up black either way */
                invert?: boolean;
                /** @description Nearest (default: small images become at least 56 pixels) */
                zoom?: number;
                /** @description Partition names beside the pictures (a partition's label where the card has one), and the values of a traversal above its columns */
                labels?: boolean;
                /** @description Of the answer; wins over `Accept` */
                format?: "png" | "webp";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description PNG, JPEG or WebP */
                    image: Blob[];
                };
                "image/png": Blob;
                "image/jpeg": Blob;
                "image/webp": Blob;
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description The grid; PNG or WebP by `format`, else by `Accept` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    traversalVersion: {
        parameters: {
            query?: {
                /** @description `unit`: a row for each unit, moved alone; `scale`: a row for each partition, all its elements times the step's factor; `joint`: a row for each partition, moved along its first principal direction */
                mode?: "unit" | "scale" | "joint";
                /** @description Names between commas (default: all) */
                partition?: string;
                /** @description Columns */
                steps?: number;
                /** @description unit, joint: ± posterior standard deviations around the base */
                range?: number;
                /** @description scale: the first factor */
                from?: number;
                /** @description scale: the last factor */
                to?: number;
                /** @description The base: D numbers between commas (default: the card's mean) */
                latent?: string;
                /** @description The base: a sample from the prior, instead of `latent` */
                seed?: number;
                /** @description Nearest (default: small images become at least 56 pixels) */
                zoom?: number;
                /** @description Partition names beside the pictures (a partition's label where the card has one), and the values of a traversal above its columns */
                labels?: boolean;
                /** @description Of the answer; wins over `Accept` */
                format?: "png" | "webp";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The grid; PNG or WebP by `format`, else by `Accept` */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    traverseImageVersion: {
        parameters: {
            query?: {
                /** @description `unit`: a row for each unit, moved alone; `scale`: a row for each partition, all its elements times the step's factor; `joint`: a row for each partition, moved along its first principal direction */
                mode?: "unit" | "scale" | "joint";
                /** @description Names between commas (default: all) */
                partition?: string;
                /** @description Columns */
                steps?: number;
                /** @description unit, joint: ± posterior standard deviations around the base */
                range?: number;
                /** @description scale: the first factor */
                from?: number;
                /** @description scale: the last factor */
                to?: number;
                /** @description How an image of another size becomes the model's: stretched, padded with black, or cropped in the middle */
                fit?: "fill" | "contain" | "cover";
                /** @description Dark on light becomes light on dark. What is transparent or padded ends up black either way */
                invert?: boolean;
                /** @description Nearest (default: small images become at least 56 pixels) */
                zoom?: number;
                /** @description Partition names beside the pictures (a partition's label where the card has one), and the values of a traversal above its columns */
                labels?: boolean;
                /** @description Of the answer; wins over `Accept` */
                format?: "png" | "webp";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description PNG, JPEG or WebP */
                    image: Blob[];
                };
                "image/png": Blob;
                "image/jpeg": Blob;
                "image/webp": Blob;
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description The grid; PNG or WebP by `format`, else by `Accept` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    influence: {
        parameters: {
            query?: {
                /** @description The base: D numbers between commas (default: the card's mean) */
                latent?: string;
                /** @description Of the colours. `common`: one for all maps, so that they compare; `own`: each up to its own largest change, so that faint ones show */
                scale?: "common" | "own";
                /** @description Nearest (default: small images become at least 56 pixels) */
                zoom?: number;
                /** @description Partition names beside the pictures (a partition's label where the card has one), and the values of a traversal above its columns */
                labels?: boolean;
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A map for each partition, side by side up to 8, below each other beyond; PNG or WebP by `format`, else by `Accept`. Or the maps in numbers, FP32 [partitions, height, width] in card order */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/octet-stream": Blob;
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    influenceVersion: {
        parameters: {
            query?: {
                /** @description The base: D numbers between commas (default: the card's mean) */
                latent?: string;
                /** @description Of the colours. `common`: one for all maps, so that they compare; `own`: each up to its own largest change, so that faint ones show */
                scale?: "common" | "own";
                /** @description Nearest (default: small images become at least 56 pixels) */
                zoom?: number;
                /** @description Partition names beside the pictures (a partition's label where the card has one), and the values of a traversal above its columns */
                labels?: boolean;
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A map for each partition, side by side up to 8, below each other beyond; PNG or WebP by `format`, else by `Accept`. Or the maps in numbers, FP32 [partitions, height, width] in card order */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/octet-stream": Blob;
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    serverMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        version: string;
                        extensions: string[];
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    modelMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `<model name>-encoder`, `<model name>-decoder`, or of models that draw their partitions apart also `<model name>-layers` */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @description All that are served, ascending */
                        versions: string[];
                        /** @enum {string} */
                        platform: "onnxruntime_onnx";
                        inputs: {
                            name: string;
                            /** @enum {string} */
                            datatype: "FP32";
                            /** @description -1: any number of rows */
                            shape: number[];
                        }[];
                        outputs: {
                            name: string;
                            /** @enum {string} */
                            datatype: "FP32";
                            /** @description -1: any number of rows */
                            shape: number[];
                        }[];
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
        };
    };
    modelMetadataVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `<model name>-encoder`, `<model name>-decoder`, or of models that draw their partitions apart also `<model name>-layers` */
                model: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    /** @description Send it back as `If-None-Match`: 304 if nothing has changed */
                    etag?: string;
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @description All that are served, ascending */
                        versions: string[];
                        /** @enum {string} */
                        platform: "onnxruntime_onnx";
                        inputs: {
                            name: string;
                            /** @enum {string} */
                            datatype: "FP32";
                            /** @description -1: any number of rows */
                            shape: number[];
                        }[];
                        outputs: {
                            name: string;
                            /** @enum {string} */
                            datatype: "FP32";
                            /** @description -1: any number of rows */
                            shape: number[];
                        }[];
                    };
                };
            };
            /** @description What `If-None-Match` names is still the right answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
        };
    };
    modelReady: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `<model name>-encoder`, `<model name>-decoder`, or of models that draw their partitions apart also `<model name>-layers` */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
        };
    };
    modelReadyVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `<model name>-encoder`, `<model name>-decoder`, or of models that draw their partitions apart also `<model name>-layers` */
                model: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
        };
    };
    infer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Bytes of the JSON before binary tensors. 0: there is only the tensor, all rows of it */
                "inference-header-content-length"?: string;
            };
            path: {
                /** @description `<model name>-encoder`, `<model name>-decoder`, or of models that draw their partitions apart also `<model name>-layers` */
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Comes back with the answer. Here and in every optional field null counts as absent */
                    id?: string;
                    parameters?: {
                        /** @description All outputs as binary */
                        binary_data_output?: boolean;
                    };
                    inputs: {
                        name: string;
                        /** @description Rows first */
                        shape: number[];
                        /** @description FP32 */
                        datatype: string;
                        parameters?: {
                            /** @description Bytes of this tensor after the JSON: little-endian, in the order of the inputs */
                            binary_data_size?: number;
                        };
                        /** @description float32, row by row: flat, or nested as `shape` says. Left out where the tensor is binary */
                        data?: unknown;
                    }[];
                    /** @description Default: all */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Wins over `binary_data_output` */
                            binary_data?: boolean;
                        };
                    }[];
                };
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description JSON, or where an output was asked for as binary, JSON and then the binary tensors in the order of the outputs */
            200: {
                headers: {
                    /** @description Bytes of the JSON, where binary tensors follow */
                    "inference-header-content-length"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        outputs: {
                            name: string;
                            /** @enum {string} */
                            datatype: "FP32";
                            /** @description Rows first */
                            shape: number[];
                            parameters?: {
                                [key: string]: unknown;
                            };
                            /** @description Flat; left out where the tensor is binary */
                            data?: number[];
                        }[];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
        };
    };
    inferVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description Bytes of the JSON before binary tensors. 0: there is only the tensor, all rows of it */
                "inference-header-content-length"?: string;
            };
            path: {
                /** @description `<model name>-encoder`, `<model name>-decoder`, or of models that draw their partitions apart also `<model name>-layers` */
                model: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Comes back with the answer. Here and in every optional field null counts as absent */
                    id?: string;
                    parameters?: {
                        /** @description All outputs as binary */
                        binary_data_output?: boolean;
                    };
                    inputs: {
                        name: string;
                        /** @description Rows first */
                        shape: number[];
                        /** @description FP32 */
                        datatype: string;
                        parameters?: {
                            /** @description Bytes of this tensor after the JSON: little-endian, in the order of the inputs */
                            binary_data_size?: number;
                        };
                        /** @description float32, row by row: flat, or nested as `shape` says. Left out where the tensor is binary */
                        data?: unknown;
                    }[];
                    /** @description Default: all */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Wins over `binary_data_output` */
                            binary_data?: boolean;
                        };
                    }[];
                };
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description JSON, or where an output was asked for as binary, JSON and then the binary tensors in the order of the outputs */
            200: {
                headers: {
                    /** @description Bytes of the JSON, where binary tensors follow */
                    "inference-header-content-length"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        outputs: {
                            name: string;
                            /** @enum {string} */
                            datatype: "FP32";
                            /** @description Rows first */
                            shape: number[];
                            parameters?: {
                                [key: string]: unknown;
                            };
                            /** @description Flat; left out where the tensor is binary */
                            data?: number[];
                        }[];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolError"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        live: boolean;
                    };
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                    };
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                    };
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    encode: {
        parameters: {
            query?: {
                /** @description How an image of another size becomes the model's: stretched, padded with black, or cropped in the middle */
                fit?: "fill" | "contain" | "cover";
                /** @description Dark on light becomes light on dark. What is transparent or padded ends up black either way */
                invert?: boolean;
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description PNG, JPEG or WebP; repeatable */
                    image: Blob[];
                };
                "image/png": Blob;
                "image/jpeg": Blob;
                "image/webp": Blob;
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model: {
                            name: string;
                            version: number;
                        };
                        /** @description In the order sent */
                        encodings: {
                            partitions: {
                                name: string;
                                /** @description Posterior mean, one number for each unit */
                                mean: number[];
                                /** @description Logarithm of the posterior variance, one number for each unit */
                                logVariance: number[];
                                /** @description Divergence from the prior, in nats */
                                kl: number;
                            }[];
                            /** @description Sum over the partitions, in nats */
                            kl: number;
                        }[];
                    };
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    encodeVersion: {
        parameters: {
            query?: {
                /** @description How an image of another size becomes the model's: stretched, padded with black, or cropped in the middle */
                fit?: "fill" | "contain" | "cover";
                /** @description Dark on light becomes light on dark. What is transparent or padded ends up black either way */
                invert?: boolean;
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description PNG, JPEG or WebP; repeatable */
                    image: Blob[];
                };
                "image/png": Blob;
                "image/jpeg": Blob;
                "image/webp": Blob;
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model: {
                            name: string;
                            version: number;
                        };
                        /** @description In the order sent */
                        encodings: {
                            partitions: {
                                name: string;
                                /** @description Posterior mean, one number for each unit */
                                mean: number[];
                                /** @description Logarithm of the posterior variance, one number for each unit */
                                logVariance: number[];
                                /** @description Divergence from the prior, in nats */
                                kl: number;
                            }[];
                            /** @description Sum over the partitions, in nats */
                            kl: number;
                        }[];
                    };
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reconstruct: {
        parameters: {
            query?: {
                /** @description How an image of another size becomes the model's: stretched, padded with black, or cropped in the middle */
                fit?: "fill" | "contain" | "cover";
                /** @description Dark on light becomes light on dark. What is transparent or padded ends up black either way */
                invert?: boolean;
                /** @description Each image too, as the model gets it (after `fit` and `invert`), before its reconstruction */
                input?: boolean;
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "json" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description PNG, JPEG or WebP; repeatable */
                    image: Blob[];
                };
                "image/png": Blob;
                "image/jpeg": Blob;
                "image/webp": Blob;
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description The reconstructions: by `format`, else by `Accept`, one picture with all side by side (PNG by default, or WebP), JSON with a data URL for each, or the bare pixels of all, UINT8 [N, height, width, channels], without the cost of a picture file */
            200: {
                headers: {
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/json": {
                        images: string[];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reconstructVersion: {
        parameters: {
            query?: {
                /** @description How an image of another size becomes the model's: stretched, padded with black, or cropped in the middle */
                fit?: "fill" | "contain" | "cover";
                /** @description Dark on light becomes light on dark. What is transparent or padded ends up black either way */
                invert?: boolean;
                /** @description Each image too, as the model gets it (after `fit` and `invert`), before its reconstruction */
                input?: boolean;
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "json" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description PNG, JPEG or WebP; repeatable */
                    image: Blob[];
                };
                "image/png": Blob;
                "image/jpeg": Blob;
                "image/webp": Blob;
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description The reconstructions: by `format`, else by `Accept`, one picture with all side by side (PNG by default, or WebP), JSON with a data URL for each, or the bare pixels of all, UINT8 [N, height, width, channels], without the cost of a picture file */
            200: {
                headers: {
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/json": {
                        images: string[];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    mix: {
        parameters: {
            query?: {
                /** @description Partitions to take from the second image, names between commas (default: one column for each partition) */
                take?: string;
                /** @description How an image of another size becomes the model's: stretched, padded with black, or cropped in the middle */
                fit?: "fill" | "contain" | "cover";
                /** @description Dark on light becomes light on dark. What is transparent or padded ends up black either way */
                invert?: boolean;
                /** @description Nearest (default: small images become at least 56 pixels) */
                zoom?: number;
                /** @description Partition names beside the pictures (a partition's label where the card has one), and the values of a traversal above its columns */
                labels?: boolean;
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "json" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description A, then B */
                    image: Blob[];
                };
            };
        };
        responses: {
            /** @description A, B and the mixtures: by `format`, else by `Accept`, one picture with all side by side (PNG by default, or WebP), JSON with a data URL for each, or the bare pixels of all, UINT8 [N, height, width, channels], without the cost of a picture file */
            200: {
                headers: {
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/json": {
                        images: string[];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    mixVersion: {
        parameters: {
            query?: {
                /** @description Partitions to take from the second image, names between commas (default: one column for each partition) */
                take?: string;
                /** @description How an image of another size becomes the model's: stretched, padded with black, or cropped in the middle */
                fit?: "fill" | "contain" | "cover";
                /** @description Dark on light becomes light on dark. What is transparent or padded ends up black either way */
                invert?: boolean;
                /** @description Nearest (default: small images become at least 56 pixels) */
                zoom?: number;
                /** @description Partition names beside the pictures (a partition's label where the card has one), and the values of a traversal above its columns */
                labels?: boolean;
                /** @description Of the answer; wins over `Accept`. `raw` is `application/octet-stream` */
                format?: "png" | "webp" | "json" | "raw";
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description A, then B */
                    image: Blob[];
                };
            };
        };
        responses: {
            /** @description A, B and the mixtures: by `format`, else by `Accept`, one picture with all side by side (PNG by default, or WebP), JSON with a data URL for each, or the bare pixels of all, UINT8 [N, height, width, channels], without the cost of a picture file */
            200: {
                headers: {
                    /** @description Of a binary answer, as the Open Inference Protocol calls it; FP32 is little-endian */
                    "tensor-datatype"?: "UINT8" | "FP32";
                    /** @description Of a binary answer: lengths between commas, outermost first, e.g. `1,48,64,3` */
                    "tensor-shape"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": Blob;
                    "image/webp": Blob;
                    "application/json": {
                        images: string[];
                    };
                    "application/octet-stream": Blob;
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: {
                /** @description How many neighbours; fewer where there are fewer. Default: 10 */
                k?: number;
                /** @description What differences are divided by: the deviation of each unit over the data (default), or the mean posterior deviation, where the images were encoded with log-variances */
                scale?: "data" | "posterior";
                /** @description Whether neighbours come with their latents. Default: false */
                latents?: boolean;
                /** @description Of squared distances, by partition; negative: far is near. Default: all partitions weigh 1. E.g. `pose=1,style=-0.25` */
                weights?: string;
                /** @description Conditions between commas, each a column, one of = != < <= > >=, and a value, e.g. `split=test,age>=3`. Columns are those of the metadata that the index was made with, and `file`, whose value may have * and ? */
                where?: string;
                /** @description Of an image. Default: as the images of the index were */
                fit?: "fill" | "contain" | "cover";
                /** @description Of an image. Default: as the images of the index were */
                invert?: boolean;
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description PNG, JPEG or WebP */
                    image: Blob[];
                };
                "image/png": Blob;
                "image/jpeg": Blob;
                "image/webp": Blob;
                "application/octet-stream": Blob;
                "application/json": {
                    latent: number[] | {
                        [key: string]: number[];
                    };
                    /** @description How many neighbours; fewer where there are fewer. Default: 10 */
                    k?: number;
                    /**
                     * @description What differences are divided by: the deviation of each unit over the data (default), or the mean posterior deviation, where the images were encoded with log-variances
                     * @enum {unknown}
                     */
                    scale?: "data" | "posterior";
                    /** @description Whether neighbours come with their latents. Default: false */
                    latents?: boolean;
                    /** @description Of squared distances, by partition; negative: far is near. Default: all partitions weigh 1 */
                    weights?: {
                        [key: string]: number;
                    };
                    /** @description Conditions, as in the query, one an element */
                    where?: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model: {
                            name: string;
                            version: number;
                        };
                        /**
                         * @description What differences were divided by
                         * @enum {unknown}
                         */
                        scale: "data" | "posterior";
                        /** @description The nearest first; of equals that of the lower row. Exact */
                        neighbours: {
                            /** @description The name of the image, as it was encoded */
                            file: string;
                            /** @description Its place in the index */
                            row: number;
                            /** @description The weighted sum of squared distances */
                            distance: number;
                            /** @description The squared distance in each partition, not weighted */
                            distances: {
                                [key: string]: number;
                            };
                            /** @description By partition */
                            latent?: {
                                [key: string]: number[];
                            };
                        }[];
                    };
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    searchVersion: {
        parameters: {
            query?: {
                /** @description How many neighbours; fewer where there are fewer. Default: 10 */
                k?: number;
                /** @description What differences are divided by: the deviation of each unit over the data (default), or the mean posterior deviation, where the images were encoded with log-variances */
                scale?: "data" | "posterior";
                /** @description Whether neighbours come with their latents. Default: false */
                latents?: boolean;
                /** @description Of squared distances, by partition; negative: far is near. Default: all partitions weigh 1. E.g. `pose=1,style=-0.25` */
                weights?: string;
                /** @description Conditions between commas, each a column, one of = != < <= > >=, and a value, e.g. `split=test,age>=3`. Columns are those of the metadata that the index was made with, and `file`, whose value may have * and ? */
                where?: string;
                /** @description Of an image. Default: as the images of the index were */
                fit?: "fill" | "contain" | "cover";
                /** @description Of an image. Default: as the images of the index were */
                invert?: boolean;
            };
            header?: never;
            path: {
                /** @description Model name */
                name: string;
                /** @description Version */
                version: number;
            };
            cookie?: never;
        };
        /** @description An image to try is at `/docs/digit.png`: a handwritten 7 */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description PNG, JPEG or WebP */
                    image: Blob[];
                };
                "image/png": Blob;
                "image/jpeg": Blob;
                "image/webp": Blob;
                "application/octet-stream": Blob;
                "application/json": {
                    latent: number[] | {
                        [key: string]: number[];
                    };
                    /** @description How many neighbours; fewer where there are fewer. Default: 10 */
                    k?: number;
                    /**
                     * @description What differences are divided by: the deviation of each unit over the data (default), or the mean posterior deviation, where the images were encoded with log-variances
                     * @enum {unknown}
                     */
                    scale?: "data" | "posterior";
                    /** @description Whether neighbours come with their latents. Default: false */
                    latents?: boolean;
                    /** @description Of squared distances, by partition; negative: far is near. Default: all partitions weigh 1 */
                    weights?: {
                        [key: string]: number;
                    };
                    /** @description Conditions, as in the query, one an element */
                    where?: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model: {
                            name: string;
                            version: number;
                        };
                        /**
                         * @description What differences were divided by
                         * @enum {unknown}
                         */
                        scale: "data" | "posterior";
                        /** @description The nearest first; of equals that of the lower row. Exact */
                        neighbours: {
                            /** @description The name of the image, as it was encoded */
                            file: string;
                            /** @description Its place in the index */
                            row: number;
                            /** @description The weighted sum of squared distances */
                            distance: number;
                            /** @description The squared distance in each partition, not weighted */
                            distances: {
                                [key: string]: number;
                            };
                            /** @description By partition */
                            latent?: {
                                [key: string]: number[];
                            };
                        }[];
                    };
                };
            };
            /** @description Default Response */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Default Response */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
